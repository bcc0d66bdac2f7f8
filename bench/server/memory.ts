import { setTimeout as sleep } from 'node:timers/promises';
import { startBenched } from './benched.js';
import { Client } from './client.js';
import type { Figure } from './figure.js';
import { chain } from './pipelines.js';
import type { Memory } from './probes.js';

const few = 100;
const many = 1000;
const kilobyte = 1000;

/** What the server and its workers keep of a job that has ended. */
export async function memory(): Promise<Figure[]> {
  const { server, probes, stop } = await startBenched();
  const client = new Client(server, 10);
  await runUntil(client, few);
  const early = await probes.memory();
  await runUntil(client, many);
  const late = await probes.memory();
  client.close();
  await stop();
  const grown = [...late].map(([pid, after]) => ({
    who: pid === server.process.pid ? 'server' : 'worker',
    ...perJob(early.get(pid)!, after),
  }));
  return grown.flatMap(({ who, rss, heapUsed }): Figure[] => [
    { name: `${who}: heap a job`, value: heapUsed, unit: 'kB', limit: 10 },
    { name: `${who}: resident memory a job`, value: rss, unit: 'kB', limit: 10 },
  ]);
}

/** Runs jobs until so many have been completed altogether. */
async function runUntil(client: Client, total: number): Promise<void> {
  const count = total - (await client.countOf('completed'));
  await client.sendAll(count, () =>
    client.send('POST', '/v1/jobs', { pipeline: chain(2, 'load.nothing'), inputs: {} }),
  );
  while ((await client.countOf('completed')) < total) await sleep(100);
}

function perJob(early: Memory, late: Memory): Memory {
  const each = (before: number, after: number): number => (after - before) / (many - few) / kilobyte;
  return { rss: each(early.rss, late.rss), heapUsed: each(early.heapUsed, late.heapUsed) };
}
