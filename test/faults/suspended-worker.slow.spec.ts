import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '@atelier/sdk';
import { untilEnded } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { followToEnd, isEnd } from './follower.js';
import { submit } from './pipelines.js';
import { childrenOf, isAlive, until } from './processes.js';
import { expectedTotal, readRecord, recordedPipeline } from './recorded-job.js';

jest.setTimeout(120_000);

let home: string;
let server: TestServer;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-suspended-'));
  server = await startServer({ home, plugins: [path.join(import.meta.dirname, 'plugins')] });
});
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

/** Starts a job and suspends all workers while it runs. */
async function suspendDuringJob(name: string): Promise<{ jobId: string; log: string; workers: number[] }> {
  const log = path.join(home, name);
  const jobId = await submit(server, recordedPipeline(log, createRandom(11)));
  await until(async () => (await readRecord(log)).length > 0, 'a node runs');
  const workers = await childrenOf(server.process.pid!);
  for (const pid of workers) process.kill(pid, 'SIGSTOP');
  return { jobId, log, workers };
}

describe('a worker that is suspended', () => {
  it('for longer than ten seconds is replaced, and the job completes', async () => {
    const { jobId, workers } = await suspendDuringJob('long');
    await until(() => !workers.some(isAlive), 'the suspended workers are killed', 20_000);
    const job = await untilEnded(server, jobId);
    expect(job).toMatchObject({ status: 'completed', result: { outputs: { total: expectedTotal } } });
    const events = await followToEnd(server, jobId);
    expect(events.filter(isEnd)).toHaveLength(1);
    expect(events.some(({ data }) => data.status === 'interrupted')).toBe(true);
  });

  it('for a moment goes on, and nothing is run twice', async () => {
    const { jobId, log, workers } = await suspendDuringJob('short');
    await delay(3_000);
    for (const pid of workers) process.kill(pid, 'SIGCONT');
    expect((await untilEnded(server, jobId)).status).toBe('completed');
    expect(await childrenOf(server.process.pid!)).toEqual(workers);
    const starts = (await readRecord(log)).filter(({ says }) => says === 'start').map(({ name }) => name);
    expect(starts).toHaveLength(new Set(starts).size);
  });

  it('together with its server is not taken for dead when both wake up', async () => {
    const { jobId, workers } = await suspendDuringJob('both');
    process.kill(server.process.pid!, 'SIGSTOP');
    await delay(12_000);
    process.kill(server.process.pid!, 'SIGCONT');
    for (const pid of workers) process.kill(pid, 'SIGCONT');
    expect((await untilEnded(server, jobId)).status).toBe('completed');
    expect(await childrenOf(server.process.pid!)).toEqual(workers);
  });
});
