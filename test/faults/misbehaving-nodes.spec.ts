import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { ledgerProblems, transactionsByJob } from './ledger.js';
import { credits, expectWorks, oneNode, submit } from './pipelines.js';
import { slowdown } from './processes.js';

jest.setTimeout(90_000);

const workerMemoryMiB = 500;

let home: string;
let server: TestServer;
const failedJobs: string[] = [];
const completedJobs: string[] = [];

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-nodes-'));
  const env = { ATELIER_WORKER_MEMORY_MIB: String(workerMemoryMiB) };
  server = await startServer({ home, plugins: [testPlugins], env });
});
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

/** Waits for the end of a job that must fail, and looks at what its owner is told. */
async function expectFailure(jobId: string, code: string, says: RegExp): Promise<void> {
  const job = await untilEnded(server, jobId);
  expect(job).toMatchObject({ status: 'failed', error: { code, message: expect.stringMatching(says) } });
  expect(job.credits_used).toBe(0);
  expect(JSON.stringify(job)).not.toMatch(/node_modules|\.[jt]s:\d|\/home\/|\/tmp\//);
  failedJobs.push(jobId);
}

async function expectFailureOf(use: string, output: string, code: string, says: RegExp): Promise<void> {
  await expectFailure(await submit(server, oneNode(use, output)), code, says);
  await expectWorks(server);
}

async function untilRunning(jobId: string): Promise<void> {
  for (;;) {
    const { body } = await call<JobAnswer>(server, 'GET', `/v1/jobs/${jobId}`);
    if (body.state === 'running') return;
    await delay(20);
  }
}

describe('a node that', () => {
  it.each([
    ['throwing.at-once', 'node_failed', /the brush is broken/],
    ['throwing.later', 'node_failed', /no such file or directory/],
    ['throwing.a-failure', 'model_invalid', /The weights are torn\./],
    ['throwing.no-error', 'node_failed', /just text/],
    ['throwing.undefined', 'node_failed', /only/],
    ['throwing.hostile', 'node_failed', /only/],
    ['throwing.orphan-rejection', 'node_failed', /nobody awaits me/],
    ['throwing.in-a-callback', 'node_failed', /thrown in a timer/],
  ])('throws (%s) fails its job alone', (use, code, says) => expectFailureOf(use, 'value', code, says));

  it.each([
    ['lying.nothing', /no object with its outputs/],
    ['lying.without-note', /“note”/],
    ['lying.with-more', /“extra”, which it does not declare/],
    ['lying.wrong-type', /“note”/],
    ['lying.too-few-pixels', /“image”/],
  ])('returns what it does not declare (%s) fails its job alone', (use, says) =>
    expectFailureOf(use, 'note', 'node_failed', says),
  );

  it.each(['dying.exit', 'dying.abort'])(
    'ends its process (%s) is tried once more and then given up as poison',
    async (use) => {
      const jobId = await submit(server, oneNode(use, 'value'));
      await expectFailure(jobId, 'node_crashed', /ended its worker process twice/);
      await expectWorks(server);
    },
  );

  it('never resolves fails when its time is up', async () => {
    const pipeline = oneNode('hanging.never', 'value', {}, { timeoutMs: 500 });
    await expectFailure(await submit(server, pipeline), 'timeout', /longer than the 500 ms/);
    await expectWorks(server);
  });

  it.each(['hanging.never', 'hanging.deaf', 'hanging.loop', 'hanging.microtasks'])(
    'does not end (%s) is cancelled all the same, and its worker is free again within seconds',
    async (use) => {
      const jobId = await submit(server, oneNode(use, 'value'));
      await untilRunning(jobId);
      const { status } = await call(server, 'POST', `/v1/jobs/${jobId}/cancel`);
      expect(status).toBe(200);
      failedJobs.push(jobId);
      await expectWorks(server);
    },
  );

  it('blocks its worker is stopped after 10 s, and requests are answered meanwhile', async () => {
    const jobId = await submit(server, oneNode('hanging.loop', 'value'));
    await untilRunning(jobId);
    const from = performance.now();
    let slowestMs = 0;
    for (let asked = 0; asked < 20; asked++) {
      const askedAt = performance.now();
      expect((await call(server, 'GET', '/health')).status).toBe(200);
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      await delay(200);
    }
    await expectFailure(jobId, 'timeout', /kept its worker from answering/);
    expect(performance.now() - from).toBeLessThan(13_000 + 3_000 * slowdown());
    expect(slowestMs).toBeLessThan(500 * slowdown());
    await expectWorks(server);
  });

  it('keeps memory has its worker replaced before the next job', async () => {
    for (const holdMs of [1, 2]) {
      const jobId = await submit(
        server,
        oneNode('leaking.keep', 'keptMiB', { mib: workerMemoryMiB, holdMs }),
      );
      expect(await untilEnded(server, jobId)).toMatchObject({
        status: 'completed',
        result: { outputs: { keptMiB: workerMemoryMiB } },
      });
      completedJobs.push(jobId);
    }
  });

  it('takes more than twice the memory of a worker is stopped', async () => {
    const keep = oneNode('leaking.keep', 'keptMiB', { mib: 2 * workerMemoryMiB, holdMs: 30_000 });
    await expectFailure(await submit(server, keep), 'out_of_memory', /more memory than a worker may/);
    await expectWorks(server);
  });
});

describe('others', () => {
  it('get their results while a node beside them takes its worker down', async () => {
    const bad = await submit(server, oneNode('dying.abort', 'value'));
    const good = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        submit(server, oneNode('steady.add', 'sum', { a: index, b: 0 })),
      ),
    );
    for (const [index, jobId] of good.entries()) {
      const job = await untilEnded(server, jobId);
      expect(job).toMatchObject({ status: 'completed', result: { outputs: { sum: index } } });
      completedJobs.push(jobId);
    }
    await expectFailure(bad, 'node_crashed', /twice/);
  });

  it('in the same pipeline go on where a node may fail', async () => {
    const pipeline = {
      ...oneNode('steady.add', 'sum', { a: 1 }),
      nodes: {
        good: { use: 'steady.add', with: { a: 1 } },
        bad: { use: 'dying.exit', onError: 'continue' },
      },
      outputs: { sum: { from: 'good.sum' }, value: { from: 'bad.value' } },
    };
    const jobId = await submit(server, pipeline);
    expect(await untilEnded(server, jobId)).toMatchObject({
      status: 'completed',
      result: { outputs: { sum: 2, value: null } },
      warnings: [{ node: 'bad', code: 'node_crashed' }],
      credits_used: credits,
    });
    completedJobs.push(jobId);
  });

  it('pay nothing for what failed', async () => {
    await server.kill();
    expect(await ledgerProblems(home)).toEqual([]);
    const transactions = await transactionsByJob(home);
    expect(failedJobs.length).toBeGreaterThan(20);
    for (const jobId of failedJobs) expect(transactions.get(jobId)).toEqual(['hold', 'release']);
    for (const jobId of completedJobs) expect(transactions.get(jobId)).toEqual(['hold', 'settle']);
  });
});
