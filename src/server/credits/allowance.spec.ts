import { jest } from '@jest/globals';
import { TempHome } from '../../../test/storage/temp-home.js';
import { planTerms } from '../accounts/plans.js';
import { Accounts } from '../accounts/accounts.service.js';
import { Outbox } from '../webhooks/outbox.js';
import { monthOf } from './allowance.js';
import { Credits } from './credits.service.js';
import { Holds } from './holds.service.js';

describe('the monthly allowance', () => {
  let temp: TempHome;
  let credits: Credits;
  let accounts: Accounts;

  beforeEach(async () => {
    temp = await TempHome.open();
    credits = new Credits(temp.database);
    accounts = new Accounts(temp.database, credits);
    at('2026-01-31T23:59:59Z');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await temp.remove();
  });

  const at = (time: string) => jest.spyOn(Date, 'now').mockReturnValue(Date.parse(time));
  const open = async (plan: 'free' | 'pro' = 'pro') =>
    (await accounts.createKey({ plan, credits: 7, sandbox: false, email: 'a@example.com' })).accountId;
  const available = async (accountId: string) => (await credits.balance(accountId)).available;

  it('begins with the month after the account was opened', async () => {
    const id = await open();
    expect(await available(id)).toBe(7);
    at('2026-02-01T00:00:00Z');
    expect(await available(id)).toBe(2_007);
  });

  it('is granted once a month, adds to what is left and skips months in which nobody asks', async () => {
    const id = await open();
    at('2026-02-01T00:00:00Z');
    await available(id);
    at('2026-02-28T23:59:59Z');
    expect(await available(id)).toBe(2_007);
    at('2026-05-10T12:00:00Z');
    expect(await available(id)).toBe(4_007);
    expect(await credits.audit()).toEqual({ sum: 0, problems: [] });
  });

  it('is granted once to fifty that ask at the same time', async () => {
    const id = await open();
    at('2026-02-01T00:00:00Z');
    const balances = await Promise.all(Array.from({ length: 50 }, () => available(id)));
    expect(new Set(balances)).toEqual(new Set([2_007]));
    expect((await credits.history(id, { limit: 10, offset: 0 })).transactions).toMatchObject([
      { type: 'allowance', jobId: null, amount: 2_000, balanceAfter: 2_007 },
      { type: 'grant', amount: 7 },
    ]);
  });

  it('is there for the first job of the month', async () => {
    const id = await open();
    at('2026-02-01T00:00:00Z');
    const holds = new Holds({ creditsLow: 0 }, new Outbox());
    await temp.database.write((manager) => holds.hold(manager, id, 'job_1', 2_000));
    expect(await credits.balance(id)).toEqual({ available: 7, held: 2_000 });
  });

  it('is that of the plan which the account has when it is granted', async () => {
    const id = await open('free');
    at('2026-02-01T00:00:00Z');
    expect(await available(id)).toBe(107);
    await open('pro');
    at('2026-03-01T00:00:00Z');
    expect(await available(id)).toBe(107 + 7 + planTerms.pro.monthlyAllowance);
  });

  it('gives nothing while the clock is behind the opening of the account', async () => {
    const id = await open();
    at('2025-12-01T00:00:00Z');
    expect(await available(id)).toBe(7);
  });

  it('cannot be entered twice for a month', async () => {
    const id = await open();
    at('2026-02-01T00:00:00Z');
    await available(id);
    const again = temp.database.write((manager) =>
      manager.query(
        `INSERT INTO ledger_transactions (id, type, account_id, month, created_at) VALUES ('t', 'grant', ?, ?, 1)`,
        [id, monthOf(Date.now())],
      ),
    );
    await expect(again).rejects.toThrow('UNIQUE');
  });
});
