import type { EntityManager } from 'typeorm';
import { newId } from '../database/id.js';

export type TransactionType = 'grant' | 'purchase' | 'hold' | 'settle' | 'release';

/** Credits that have been given out, as a negative balance, and credits that jobs have used. */
export const issued = 'issued';
export const spent = 'spent';
export const availableOf = (accountId: string): string => `available:${accountId}`;
export const heldOf = (accountId: string): string => `held:${accountId}`;

/** More than anyone is given; sums of such amounts stay exact. */
const largestAmount = 1e12;

export interface Transfer {
  type: TransactionType;
  accountId: string;
  jobId: string | null;
  /** whose allowance it is, such as 2026-03; the tables refuse a second one for the account */
  month?: string;
  from: string;
  to: string;
  /** whole credits, more than 0 */
  amount: number;
}

/**
 * Enters a transfer as two entries that sum to zero and brings the balances of both sides up to date.
 * The tables refuse a second transaction of its type for the job, and a balance below zero but for `issued`.
 * @returns the transaction's id
 */
export async function post(manager: EntityManager, transfer: Transfer): Promise<string> {
  const { type, accountId, jobId, month = null, from, to, amount } = transfer;
  const id = newId('txn');
  const now = Date.now();
  await manager.query(
    'INSERT INTO ledger_transactions (id, type, account_id, job_id, month, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    [id, type, accountId, jobId, month, now],
  );
  await enter(manager, id, from, -amount, now);
  await enter(manager, id, to, amount, now);
  return id;
}

export function isAmount(amount: number): boolean {
  return Number.isInteger(amount) && amount > 0 && amount <= largestAmount;
}

/** O(1): every account has a row with its balance. */
export async function balanceOf(manager: EntityManager, account: string): Promise<number> {
  const rows: { balance: number }[] = await manager.query(
    'SELECT balance FROM ledger_balances WHERE account = ?',
    [account],
  );
  return rows[0]?.balance ?? 0;
}

async function enter(
  manager: EntityManager,
  transactionId: string,
  account: string,
  amount: number,
  now: number,
): Promise<void> {
  const balance = (await balanceOf(manager, account)) + amount;
  await manager.query(
    'INSERT INTO ledger_balances (account, balance) VALUES (?, ?) ON CONFLICT DO UPDATE SET balance = excluded.balance',
    [account, balance],
  );
  await manager.query(
    'INSERT INTO ledger_entries (transaction_id, account, amount, balance_after, created_at) VALUES (?, ?, ?, ?, ?)',
    [transactionId, account, amount, balance, now],
  );
}
