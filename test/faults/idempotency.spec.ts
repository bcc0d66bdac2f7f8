import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Answer, call } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';
import { ledgerProblems, transactionsByJob } from './ledger.js';
import { credits, oneNode, pause } from './pipelines.js';

jest.setTimeout(60_000);

let home: string;
let server: TestServer;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-idempotency-'));
  server = await startServer({ home, plugins: [testPlugins] });
});
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

const send = (idempotencyKey: string, pipeline: unknown, key = server.key): Promise<Answer<JobAnswer>> =>
  call<JobAnswer>(server, 'POST', '/v1/jobs', {
    key,
    headers: { 'idempotency-key': idempotencyKey },
    body: { pipeline, inputs: {} },
  });

const jobCount = async (): Promise<number> =>
  (await call<{ total: number }>(server, 'GET', '/v1/jobs')).body.total;

describe('an Idempotency-Key', () => {
  it('that comes fifty times at once makes one job', async () => {
    const pipeline = pause(10);
    const before = await jobCount();
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('fifty', pipeline)));
    const accepted = answers.filter(({ status }) => status === 202);
    for (const { status, body } of answers) {
      if (status !== 202) expect([status, body.error?.code]).toEqual([409, 'conflict']);
    }
    expect(new Set(accepted.map(({ body }) => body.job_id)).size).toBe(1);
    expect(await jobCount()).toBe(before + 1);
    expect((await untilEnded(server, accepted[0]!.body.job_id)).status).toBe('completed');
  });

  it('with another body is refused, and the first job is not touched', async () => {
    const first = await send('other-body', pause(10));
    const second = await send('other-body', pause(20));
    expect([second.status, second.body.error?.code]).toEqual([422, 'idempotency_key_reused']);
    expect((await untilEnded(server, first.body.job_id)).status).toBe('completed');
  });

  it('gives the job of before the server was killed', async () => {
    const pipeline = pause(2_000);
    const first = await send('restart', pipeline);
    await server.kill();
    await server.restart();
    const second = await send('restart', pipeline);
    expect([second.status, second.body.job_id]).toEqual([202, first.body.job_id]);
    expect((await untilEnded(server, first.body.job_id)).status).toBe('completed');
    expect((await send('restart', pipeline)).body.job_id).toBe(first.body.job_id);
  });

  it('of a request that was refused may be used again', async () => {
    const pipeline = oneNode('steady.add', 'sum', { a: 1, b: 'wrong' });
    expect((await send('refused', pipeline)).status).toBe(400);
    expect((await send('refused', pause(1))).status).toBe(202);
  });

  it('means something else for each account', async () => {
    const pipeline = pause(1);
    const stranger = await createKey(home, { credits: 10 });
    const [mine, theirs] = [await send('shared', pipeline), await send('shared', pipeline, stranger)];
    expect([mine.status, theirs.status]).toEqual([202, 202]);
    expect(mine.body.job_id).not.toBe(theirs.body.job_id);
  });
});

describe('credits', () => {
  it('for twenty jobs let twenty of forty in that come at once, and none are lost', async () => {
    const poor = await createKey(home, { credits: 20 * credits + 1 });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        call<JobAnswer>(server, 'POST', '/v1/jobs', { key: poor, body: { pipeline: pause(1), inputs: {} } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(20);
    for (const { status, body } of answers) {
      if (status !== 202) expect([status, body.error?.code]).toEqual([402, 'insufficient_credits']);
    }
    const jobIds = answers.flatMap(({ body }) => body.job_id ?? []);
    const access = { url: server.url, key: poor };
    for (const jobId of jobIds) expect((await untilEnded(access, jobId)).status).toBe('completed');
    await server.kill();
    expect(await ledgerProblems(home)).toEqual([]);
    const transactions = await transactionsByJob(home);
    for (const jobId of jobIds) expect(transactions.get(jobId)).toEqual(['hold', 'settle']);
  });
});
