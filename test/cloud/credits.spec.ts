import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Database } from '../../src/server/database/database.js';
import { ledgerProblems, transactionsByJob } from '../faults/ledger.js';
import { credits as price, pause } from '../faults/pipelines.js';
import { call } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';

// The section "Credits" of the document, but for purchases, which have a file of their own.
jest.setTimeout(120_000);

interface Transactions {
  transactions: {
    id: string;
    type: string;
    amount: number;
    balance_after: number;
    created_at: string;
    job_id?: string;
  }[];
  total: number;
  has_more: boolean;
}

let home: string;
let server: TestServer;
let pro: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-credits-'));
  server = await startServer({ home, plugins: [testPlugins], env: { STRIPE_SECRET_KEY: '' } });
  pro = await createKey(home, { plan: 'pro', credits: 1_500 });
});
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

const balanceOf = async (key: string): Promise<number> =>
  (await call<{ balance: number }>(server, 'GET', '/v1/credits/balance', { key })).body.balance;
const history = (key: string, query = '') =>
  call<Transactions>(server, 'GET', `/v1/credits/transactions${query}`, { key });
const submit = (key: string, pipeline: unknown = pause(1)) =>
  call<JobAnswer>(server, 'POST', '/v1/jobs', { key, body: { pipeline, inputs: {} } });

describe('Credits', () => {
  it('GET /credits/balance says what an account has', async () => {
    const { status, body } = await call(server, 'GET', '/v1/credits/balance', { key: pro });
    expect(status).toBe(200);
    expect(body).toEqual({ balance: 1_500, plan: 'pro', monthly_allowance: 2_000, expires_at: null });
  });

  it('GET /credits/transactions says how it came to that', async () => {
    const { body: job } = await submit(pro);
    await untilEnded({ url: server.url, key: pro }, job.job_id);
    const { status, body } = await history(pro, '?limit=50&offset=0');
    expect(status).toBe(200);
    expect(body).toEqual({
      transactions: [
        {
          id: expect.stringMatching(/^txn_/),
          type: 'hold',
          amount: -price,
          balance_after: 1_500 - price,
          job_id: job.job_id,
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        },
        {
          id: expect.stringMatching(/^txn_/),
          type: 'grant',
          amount: 1_500,
          balance_after: 1_500,
          created_at: expect.any(String),
        },
      ],
      total: 2,
      has_more: false,
    });
    expect(await balanceOf(pro)).toBe(1_500 - price);
  });

  it('GET /credits/transactions pages', async () => {
    const first = await history(pro, '?limit=1');
    const second = await history(pro, '?limit=1&offset=1');
    expect([first.body.has_more, second.body.has_more]).toEqual([true, false]);
    expect([first.body.transactions[0]?.type, second.body.transactions[0]?.type]).toEqual(['hold', 'grant']);
    expect((await history(pro, '?offset=5')).body).toEqual({ transactions: [], total: 2, has_more: false });
  });

  it.each(['?limit=0', '?limit=101', '?offset=-1', '?limit=ten', '?offset=1e3', "?limit=1'%20OR%201=1"])(
    'GET /credits/transactions%s is refused',
    async (query) => {
      const { status, body } = await history(pro, query);
      expect([status, body]).toMatchObject([400, { error: { code: 'invalid_input' } }]);
    },
  );

  it.each(['balance', 'transactions'])('GET /credits/%s needs a key', async (what) => {
    const { status, body } = await call(server, 'GET', `/v1/credits/${what}`, { key: null });
    expect([status, body]).toMatchObject([401, { error: { code: 'invalid_api_key' } }]);
  });

  it('a job that is cancelled gives its credits back', async () => {
    const before = await balanceOf(pro);
    const { body: job } = await submit(pro, pause(60_000));
    expect(await balanceOf(pro)).toBe(before - price);
    await call(server, 'POST', `/v1/jobs/${job.job_id}/cancel`, { key: pro });
    const [release, hold] = (await history(pro, '?limit=2')).body.transactions;
    expect(release).toMatchObject({ type: 'release', amount: price, job_id: job.job_id });
    expect(hold).toMatchObject({ type: 'hold', amount: -price, job_id: job.job_id });
    expect(await balanceOf(pro)).toBe(before);
  });

  it('nobody can buy where no payment service is configured', async () => {
    const body = { amount: 500, payment_method: 'stripe_token_xyz' };
    const answer = await call(server, 'POST', '/v1/credits/purchase', { key: pro, body });
    expect(answer).toMatchObject({
      status: 503,
      body: {
        error: { code: 'service_unavailable', message: expect.stringContaining('no payment service') },
      },
    });
  });

  it('the monthly allowance comes with the first request of a month, once for all that come together', async () => {
    const before = await balanceOf(pro);
    await inDatabase(home, `UPDATE accounts SET created_at = 1 WHERE plan = 'pro'`);
    const balances = await Promise.all(Array.from({ length: 20 }, () => balanceOf(pro)));
    expect(new Set(balances)).toEqual(new Set([before + 2_000]));
    const [newest] = (await history(pro)).body.transactions;
    expect(newest).toMatchObject({ type: 'allowance', amount: 2_000 });
  });
});

describe('two hundred submits at once with credits for a hundred', () => {
  let poor: string;
  let accepted: string[];
  beforeAll(async () => {
    poor = await createKey(home, { credits: 100 * price });
    const answers = await Promise.all(Array.from({ length: 200 }, () => submit(poor)));
    accepted = answers.filter(({ status }) => status === 202).map(({ body }) => body.job_id);
    for (const { status, body } of answers) {
      if (status !== 202) expect([status, body.error?.code]).toEqual([402, 'insufficient_credits']);
    }
  });

  it('are accepted exactly a hundred times', async () => {
    expect(accepted).toHaveLength(100);
    expect(await balanceOf(poor)).toBe(0);
  });

  it('leave the ledger at zero when the server is killed in the midst of them', async () => {
    await server.kill();
    expect(await ledgerProblems(home)).toEqual([]);
    await server.restart();
    for (const jobId of accepted) {
      expect((await untilEnded({ url: server.url, key: poor }, jobId)).status).toBe('completed');
    }
    await server.kill();
    expect(await ledgerProblems(home)).toEqual([]);
    const transactions = await transactionsByJob(home);
    for (const jobId of accepted) expect(transactions.get(jobId)).toEqual(['hold', 'settle']);
  });
});

async function inDatabase(folder: string, sql: string): Promise<void> {
  const database = await Database.open(folder);
  try {
    await database.write((manager) => manager.query(sql));
  } finally {
    await database.close();
  }
}
