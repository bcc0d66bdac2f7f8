import { jest } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '@atelier/sdk';
import { testPlugins, untilEnded } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { followToEnd, isEnd } from './follower.js';
import { ledgerProblems } from './ledger.js';
import { oneNode, submit } from './pipelines.js';
import { childrenOf, isAlive } from './processes.js';
import { expectedTotal, recordedPipeline } from './recorded-job.js';

jest.setTimeout(90_000);

let home: string;
let server: TestServer;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-shutdown-'));
  server = await startServer({ home, plugins: [testPlugins, path.join(import.meta.dirname, 'plugins')] });
});
afterEach(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

/** Sends SIGTERM and waits for the end: of the server with 0, and of its workers with it. */
async function terminate(): Promise<void> {
  const workers = await childrenOf(server.process.pid!);
  expect(workers.length).toBeGreaterThan(0);
  const asked = performance.now();
  server.process.kill('SIGTERM');
  expect(await once(server.process, 'exit')).toEqual([0, null]);
  expect(performance.now() - asked).toBeLessThan(15_000);
  expect(workers.filter(isAlive)).toEqual([]);
}

describe('SIGTERM', () => {
  it('while jobs run and wait ends server and workers, and the next start completes them without a gap in their history', async () => {
    const random = createRandom(3);
    const jobIds: string[] = [];
    for (let index = 0; index < 2; index++) {
      jobIds.push(await submit(server, recordedPipeline(path.join(home, `${index}.log`), random)));
    }
    const following = jobIds.map((jobId) => followToEnd(server, jobId));
    await delay(800);
    await terminate();
    await server.restart();
    for (const [index, jobId] of jobIds.entries()) {
      const job = await untilEnded(server, jobId);
      expect(job).toMatchObject({ status: 'completed', result: { outputs: { total: expectedTotal } } });
      const events = await following[index]!;
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
      expect(events.filter(isEnd)).toHaveLength(1);
    }
    await server.kill();
    expect(await ledgerProblems(home)).toEqual([]);
  });

  it.each(['hanging.loop', 'hanging.deaf', 'dying.with-child'])(
    'is obeyed while a node does not listen (%s), whose job goes on at the next start',
    async (use) => {
      const jobId = await submit(server, oneNode(use, 'value', {}, { timeoutMs: 2_000 }));
      await delay(1_000);
      await terminate();
      await server.restart();
      // It is run again, and again does not end: its time, or the patience with its worker, does.
      expect(await untilEnded(server, jobId)).toMatchObject({ status: 'failed', error: { code: 'timeout' } });
    },
  );
});
