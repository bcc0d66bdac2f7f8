import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startBenched } from './benched.js';
import { Client } from './client.js';
import type { Figure } from './figure.js';
import { chain } from './pipelines.js';
import { Probes } from './probes.js';

const burnMs = 250;
const jobs = 40;
const watchedMs = 8000;
const requestEveryMs = 50;
const nsPerMs = 1e6;

/** How late the server's event loop is while every worker computes, above that of a server that does nothing beside it. */
export async function eventLoop(): Promise<Figure[]> {
  const { server, probes, stop } = await startBenched({
    ATELIER_CPU_WORKERS: String(os.availableParallelism()),
  });
  const bare = await startBare(probes);
  const client = new Client(server, 4);
  for (let job = 0; job < jobs; job += 1) {
    await client.submit(chain(4, 'load.burn-cpu', { ms: burnMs }));
    await client.submit(chain(4, 'load.burn-gpu', { ms: burnMs }));
  }
  await probes.delay(server.process.pid!);
  await probes.delay(bare.pid);
  for (
    const endsAt = performance.now() + watchedMs;
    performance.now() < endsAt;
    await sleep(requestEveryMs)
  ) {
    await Promise.all([client.send('GET', '/health'), bare.client.send('GET', '/health')]);
  }
  const busy = await probes.delay(server.process.pid!);
  const idle = await probes.delay(bare.pid);
  const waiting = await client.countOf('queued');
  client.close();
  bare.stop();
  await stop();
  if (waiting === 0) throw new Error('The workers ran out of work while the event loop was watched.');
  return [
    { name: 'event loop, bare Node server, 99 %', value: idle.most / nsPerMs, unit: 'ms', limit: null },
    {
      name: 'event loop, server whose workers are all busy, 99 %, beyond the bare one',
      value: (busy.most - idle.most) / nsPerMs,
      unit: 'ms',
      limit: 20,
    },
    { name: 'event loop, the same, longest', value: busy.max / nsPerMs, unit: 'ms', limit: null },
  ];
}

async function startBare(probes: Probes): Promise<{ pid: number; client: Client; stop(): void }> {
  const bare = spawn(process.execPath, [fileURLToPath(new URL('bare.mjs', import.meta.url))], {
    env: { ...process.env, NODE_OPTIONS: probes.options },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(bare.stdout, 'data')) as [Buffer];
  const client = new Client({ url: line.toString().trim(), key: '' }, 4);
  return {
    pid: bare.pid!,
    client,
    stop() {
      client.close();
      bare.kill();
    },
  };
}
