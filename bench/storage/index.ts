import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EntityManager } from 'typeorm';
import { Credits } from '../../dist/server/credits/credits.service.js';
import { Holds } from '../../dist/server/credits/holds.service.js';
import { Database } from '../../dist/server/database/database.js';
import { Outbox } from '../../dist/server/webhooks/outbox.js';

export const title =
  'durable submits a second: a job row and its hold, in groups against one transaction each';

/** What groups must win at least. How long the event loop stands still is mostly the disk's time to sync. */
const target = 2;
const parallel = 200;
const rounds = 20;
const graph = JSON.stringify({ nodes: 'x'.repeat(4000) });

export async function run(print: (line: string) => void): Promise<{ passed: boolean }> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'atelier-bench-'));
  const database = await Database.open(home);
  const credits = new Credits(database);
  const holds = new Holds({ creditsLow: 0 }, new Outbox());
  await database.write((manager) => credits.grant(manager, 'user_1', 1e9));
  let jobs = 0;
  const submit = (): Promise<void> => {
    jobs += 1;
    const id = `job_${jobs}`;
    return database.write(async (manager) => {
      await insertJob(manager, id);
      await holds.hold(manager, 'user_1', id, 1);
    });
  };
  const together = (): Promise<unknown> => Promise.all(Array.from({ length: parallel }, submit));

  await together();
  const single = await rate(rounds, submit);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const grouped = (await rate(rounds, together)) * parallel;
  delay.disable();
  const { sum, problems } = await credits.audit();
  await database.close();
  await rm(home, { recursive: true });

  print(`one after the other: ${Math.round(single)}/s`);
  print(`${parallel} at a time: ${Math.round(grouped)}/s, ${(grouped / single).toFixed(1)} times`);
  print(
    `event loop meanwhile: half of the delays below ${ms(delay.percentile(50))}, 99 % below ${ms(delay.percentile(99))}`,
  );
  print(`target: at least ${target} times`);
  return {
    passed: grouped >= target * single && sum === 0 && problems.length === 0,
  };
}

async function insertJob(manager: EntityManager, id: string): Promise<void> {
  await manager.query(
    `INSERT INTO jobs (id, account_id, pipeline_id, tool, status, progress, message, inputs, recipe, graph, warnings, credits, sandbox,
       weight, bound, created_at, interruptions)
     VALUES (?, 'user_1', 'text_to_image', 1, 'queued', 0, '', '{}', '{}', ?, '[]', 1, 0, 1, 0, 0, 0)`,
    [id, graph],
  );
}

function ms(nanoseconds: number): string {
  return `${(nanoseconds / 1e6).toFixed(1)} ms`;
}

/** Times a second that `work` can be done, one after the other. */
async function rate(times: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < times; count += 1) await work();
  return (times * 1000) / (performance.now() - start);
}
