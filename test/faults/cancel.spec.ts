import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '@atelier/sdk';
import { call } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';
import { followToEnd, isEnd } from './follower.js';
import { ledgerProblems, transactionsByJob } from './ledger.js';
import { expectWorks, oneNode, pause, submit } from './pipelines.js';
import { slowdown } from './processes.js';

jest.setTimeout(60_000);

const seed = 7;

let home: string;
let server: TestServer;
const cancelled = new Set<string>();
const completed = new Set<string>();

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-cancel-'));
  server = await startServer({ home, plugins: [testPlugins] });
});
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

const cancel = (jobId: string) => call<JobAnswer>(server, 'POST', `/v1/jobs/${jobId}/cancel`);
const get = async (jobId: string): Promise<JobAnswer> =>
  (await call<JobAnswer>(server, 'GET', `/v1/jobs/${jobId}`)).body;

async function expectCancels(jobId: string): Promise<void> {
  expect(await cancel(jobId)).toMatchObject({ status: 200, body: { status: 'cancelled', credits_used: 0 } });
  cancelled.add(jobId);
}

async function untilState(jobId: string, ...states: string[]): Promise<void> {
  while (!states.includes((await get(jobId)).state)) await delay(5);
}

describe('a job that is cancelled', () => {
  it('while it waits never starts', async () => {
    const blocker = await submit(server, pause(60_000));
    await untilState(blocker, 'running');
    const waiting = await submit(server, pause(60_000));
    expect(await get(waiting)).toMatchObject({ state: 'queued', queue_position: 1 });
    await expectCancels(waiting);
    await expectCancels(blocker);
    await expectWorks(server);
    const events = await followToEnd(server, waiting);
    expect(events.map(({ data }) => data.status)).toEqual(['queued', 'cancelled']);
  });

  it('as soon as it has been given a device gives it back', async () => {
    for (let times = 0; times < 5; times++) {
      const jobId = await submit(server, pause(60_000));
      await untilState(jobId, 'loading', 'running');
      await expectCancels(jobId);
    }
    await expectWorks(server);
  });

  it('while it runs stops within five seconds', async () => {
    const jobId = await submit(server, oneNode('steady.count', 'counted', { to: 10_000, everyMs: 20 }));
    await untilState(jobId, 'running');
    await delay(300);
    await expectCancels(jobId);
    const from = performance.now();
    await expectWorks(server);
    expect(performance.now() - from).toBeLessThan(5_000 * slowdown());
  });

  it('while it ends is cancelled or completed, and stays what its owner was told', async () => {
    const random = createRandom(seed);
    for (let times = 0; times < 20; times++) {
      const jobId = await submit(server, pause(100));
      await delay(random.below(300));
      const { status, body } = await cancel(jobId);
      expect([200, 409]).toContain(status);
      (status === 200 ? cancelled : completed).add(jobId);
      if (status === 409) expect(body.error).toMatchObject({ code: 'conflict' });
    }
  });

  it('twice is cancelled once', async () => {
    const jobId = await submit(server, pause(60_000));
    await expectCancels(jobId);
    await expectCancels(jobId);
    const events = await followToEnd(server, jobId);
    expect(events.filter(isEnd)).toHaveLength(1);
  });

  it('by two clients at once is cancelled once', async () => {
    const jobId = await submit(server, pause(60_000));
    await untilState(jobId, 'running');
    await Promise.all([expectCancels(jobId), expectCancels(jobId)]);
    const events = await followToEnd(server, jobId);
    expect(events.filter(isEnd)).toHaveLength(1);
  });

  it('with two hundred others at once frees everything for who comes next', async () => {
    const jobIds = await Promise.all(Array.from({ length: 200 }, () => submit(server, pause(60_000))));
    await Promise.all(jobIds.map(expectCancels));
    await expectWorks(server);
  });

  it('by someone else is not to be found, and goes on', async () => {
    const stranger = await createKey(home);
    const jobId = await submit(server, pause(200));
    const { status, body } = await call<JobAnswer>(server, 'POST', `/v1/jobs/${jobId}/cancel`, {
      key: stranger,
    });
    expect([status, body.error?.code]).toEqual([404, 'job_not_found']);
    expect((await untilEnded(server, jobId)).status).toBe('completed');
    completed.add(jobId);
  });

  it('after it has ended stays as it is', async () => {
    const jobId = await submit(server, pause(0));
    await untilEnded(server, jobId);
    expect(await cancel(jobId)).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
    completed.add(jobId);
  });
});

describe('afterwards', () => {
  it('no status has changed, before and after a restart', async () => {
    for (const restart of [false, true]) {
      if (restart) await server.restart();
      for (const jobId of cancelled) expect([jobId, (await get(jobId)).status]).toEqual([jobId, 'cancelled']);
      for (const jobId of completed) expect([jobId, (await get(jobId)).status]).toEqual([jobId, 'completed']);
    }
  });

  it('only what was completed has been paid for', async () => {
    await server.kill();
    expect(await ledgerProblems(home)).toEqual([]);
    const transactions = await transactionsByJob(home);
    for (const jobId of cancelled) expect(transactions.get(jobId)).toEqual(['hold', 'release']);
    for (const jobId of completed) expect(transactions.get(jobId)).toEqual(['hold', 'settle']);
  });
});
