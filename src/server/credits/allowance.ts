import type { EntityManager } from 'typeorm';
import { planTerms, type Plan } from '../accounts/plans.js';
import { availableOf, issued, post } from './ledger.js';

/**
 * What the account's plan gives for the month, if the account has not had it yet. It begins with the month after the one in
 * which the account was opened: until then it has what it was opened with. What is not used stays; a month in which nobody
 * asks for the account gives nothing.
 */
export async function allowanceDue(
  manager: EntityManager,
  accountId: string,
  now = Date.now(),
): Promise<{ month: string; amount: number } | null> {
  const month = monthOf(now);
  const accounts: { plan: Plan; createdAt: number }[] = await manager.query(
    `SELECT plan, created_at AS createdAt FROM accounts a WHERE id = ?
     AND NOT EXISTS (SELECT 1 FROM ledger_transactions t WHERE t.account_id = a.id AND t.month = ?)`,
    [accountId, month],
  );
  const [account] = accounts;
  // A clock that was set back gives nothing for a time before the account.
  if (account === undefined || monthOf(account.createdAt) >= month) return null;
  return { month, amount: planTerms[account.plan].monthlyAllowance };
}

/** Grants the month's allowance once, however often and from wherever it is called. */
export async function grantAllowance(manager: EntityManager, accountId: string): Promise<void> {
  const due = await allowanceDue(manager, accountId);
  if (due === null) return;
  const to = availableOf(accountId);
  await post(manager, { type: 'grant', accountId, jobId: null, from: issued, to, ...due });
}

/** `2026-03`, in UTC. */
export function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}
