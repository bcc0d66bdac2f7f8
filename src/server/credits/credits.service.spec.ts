import type { EntityManager } from 'typeorm';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Outbox } from '../webhooks/outbox.js';
import { Credits } from './credits.service.js';
import { Holds } from './holds.service.js';

describe('Credits', () => {
  let temp: TempHome;
  let credits: Credits;
  let holds: Holds;

  beforeEach(async () => {
    temp = await TempHome.open();
    credits = new Credits(temp.database);
    holds = new Holds({ creditsLow: 0 }, new Outbox());
  });
  afterEach(() => temp.remove());

  const grant = (amount: number, accountId = 'user_1') =>
    temp.database.write((manager) => credits.grant(manager, accountId, amount));
  const hold = (jobId: string, amount: number) =>
    temp.database.write((manager) => holds.hold(manager, 'user_1', jobId, amount));
  const settle = (jobId: string) => temp.database.write((manager) => holds.settle(manager, jobId));
  const release = (jobId: string) => temp.database.write((manager) => holds.release(manager, jobId));
  const insertJob = (manager: EntityManager, id: string, status: string, cost = 1) =>
    manager.query(
      `INSERT INTO jobs (id, account_id, pipeline_id, tool, status, progress, message, inputs, recipe, graph, warnings, credits,
         sandbox, weight, bound, created_at, interruptions)
       VALUES (?, 'user_1', 'p', 1, ?, 0, '', '{}', '{}', '{}', '[]', ?, 0, 1, 0, 1, 0)`,
      [id, status, cost],
    );
  const addJob = (id: string, status: string) =>
    temp.database.write((manager) => insertJob(manager, id, status));

  it('gives an account that was granted nothing a balance of 0', async () => {
    expect(await credits.balance('user_1')).toEqual({ available: 0, held: 0 });
  });

  it('holds the price of a job, takes it when the job completes and gives it back when it does not', async () => {
    await grant(100);
    await hold('job_1', 30);
    await hold('job_2', 20);
    expect(await credits.balance('user_1')).toEqual({ available: 50, held: 50 });

    await settle('job_1');
    await release('job_2');
    expect(await credits.balance('user_1')).toEqual({ available: 70, held: 0 });
    expect(await credits.audit()).toEqual({ sum: 0, problems: [] });
  });

  it('accepts exactly 100 of 200 parallel jobs when there are credits for 100', async () => {
    await grant(100);
    const submits = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        temp.database.write(async (manager) => {
          await insertJob(manager, `job_${index}`, 'queued');
          await holds.hold(manager, 'user_1', `job_${index}`, 1);
        }),
      ),
    );
    expect(submits.filter((submit) => submit.status === 'fulfilled')).toHaveLength(100);
    const [jobs] = await temp.database.read.query<{ n: number }[]>('SELECT count(*) AS n FROM jobs');
    expect(jobs).toMatchObject({ n: 100 });
    expect(await credits.balance('user_1')).toEqual({ available: 0, held: 100 });
    expect(await credits.audit()).toEqual({ sum: 0, problems: [] });
  });

  it('says how many credits are missing', async () => {
    await grant(5);
    await expect(hold('job_1', 10)).rejects.toMatchObject({
      code: 'insufficient-credits',
      message: 'This costs 10 credits and the account has 5.',
      details: { required: 10, available: 5 },
    });
  });

  it('holds once per job', async () => {
    await grant(100);
    await hold('job_1', 10);
    await expect(hold('job_1', 10)).rejects.toThrow('UNIQUE');
    expect(await credits.balance('user_1')).toEqual({ available: 90, held: 10 });
  });

  it('ends a hold once, however often it is told to', async () => {
    await grant(100);
    await hold('job_1', 10);
    await settle('job_1');
    await settle('job_1');
    await expect(release('job_1')).rejects.toMatchObject({ code: 'conflict' });

    await hold('job_2', 10);
    await release('job_2');
    await release('job_2');
    await expect(settle('job_2')).rejects.toMatchObject({ code: 'conflict' });
    expect(await credits.balance('user_1')).toEqual({ available: 90, held: 0 });
  });

  it('makes no entries for a job that costs nothing', async () => {
    await hold('job_1', 0);
    await settle('job_1');
    await release('job_1');
    expect(await credits.history('user_1', { limit: 10, offset: 0 })).toEqual({ transactions: [], total: 0 });
  });

  it.each([0, -1, 1.5, Number.NaN, 1e13])('refuses to grant %p credits', async (amount) => {
    await expect(grant(amount)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('lists what changed the credits that are available, newest first', async () => {
    await grant(100);
    const { transactionId } = await temp.database.write((manager) =>
      credits.grant(manager, 'user_1', 50, 'purchase'),
    );
    await hold('job_1', 30);
    await settle('job_1');
    await grant(7, 'user_2');

    const { transactions, total } = await credits.history('user_1', { limit: 2, offset: 0 });
    expect(total).toBe(3);
    expect(transactions).toMatchObject([
      { type: 'hold', jobId: 'job_1', amount: -30, balanceAfter: 120 },
      { id: transactionId, type: 'purchase', jobId: null, amount: 50, balanceAfter: 150 },
    ]);
    expect(Date.parse(transactions[0]!.createdAt)).toBeGreaterThan(Date.now() - 60_000);
    const rest = await credits.history('user_1', { limit: 2, offset: 2 });
    expect(rest.transactions).toMatchObject([{ type: 'grant', amount: 100, balanceAfter: 100 }]);
  });

  describe('the audit', () => {
    beforeEach(async () => {
      await grant(100);
      await hold('job_1', 1);
    });

    it.each([
      ['queued', [], []],
      ['completed', ['settle'], []],
      ['failed', ['release'], []],
      ['cancelled', ['release'], []],
      ['completed', [], ['job_1 completed but was not settled']],
      ['failed', ['settle'], ['job_1 ended otherwise but was not released']],
      ['running', ['settle'], ['job_1 has not ended but its hold has']],
    ])('judges a job that is %s after %j', async (status, ends, problems) => {
      await addJob('job_1', status);
      for (const end of ends) await (end === 'settle' ? settle('job_1') : release('job_1'));
      expect(await credits.audit()).toEqual({ sum: 0, problems });
    });

    it('finds a job without a hold and a hold without a job', async () => {
      await addJob('job_2', 'queued');
      const { problems } = await credits.audit();
      expect(problems).toEqual(['job_2 has no hold', 'job_1 is not there but its hold is open']);
    });

    it('finds a changed balance and a missing entry', async () => {
      await addJob('job_1', 'queued');
      await temp.database.write(async (manager) => {
        await manager.query(
          `UPDATE ledger_balances SET balance = balance + 1 WHERE account = 'available:user_1'`,
        );
        await manager.query(`DELETE FROM ledger_entries WHERE account = 'held:user_1'`);
      });
      const { sum, problems } = await credits.audit();
      expect(sum).toBe(-1);
      expect(problems).toEqual([
        expect.stringMatching(/^txn_\w+ does not sum to zero$/),
        'available:user_1 has a balance that is not the sum of its entries',
        'held:user_1 has a balance that is not the sum of its entries',
      ]);
    });
  });
});
