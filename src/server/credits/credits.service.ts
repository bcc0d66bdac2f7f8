import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '@atelier/sdk';
import { Database } from '../database/database.js';
import { allowanceDue, grantAllowance } from './allowance.js';
import { audit, type Audit } from './audit.js';
import { availableOf, balanceOf, heldOf, isAmount, issued, post, type TransactionType } from './ledger.js';

export interface Balance {
  /** what new jobs may cost */
  available: number;
  /** what jobs that have not ended will cost */
  held: number;
}

/** A change of what an account has available. */
export interface CreditTransaction {
  id: string;
  type: TransactionType | 'allowance';
  jobId: string | null;
  /** below 0 for a hold; a settle changes nothing here and is not listed */
  amount: number;
  balanceAfter: number;
  /** ISO 8601 */
  createdAt: string;
}

/** What accounts have and are given, in a double-entry ledger; `Holds` is what their jobs take. */
@Injectable()
export class Credits {
  constructor(@Inject(Database) private readonly database: Database) {}

  async balance(accountId: string): Promise<Balance> {
    await this.receiveAllowance(accountId);
    const available = await balanceOf(this.database.read, availableOf(accountId));
    const held = await balanceOf(this.database.read, heldOf(accountId));
    return { available, held };
  }

  /** Newest first. */
  async history(
    accountId: string,
    page: { limit: number; offset: number },
  ): Promise<{ transactions: CreditTransaction[]; total: number }> {
    await this.receiveAllowance(accountId);
    const account = availableOf(accountId);
    const rows: (Omit<CreditTransaction, 'createdAt'> & { createdAt: number })[] =
      await this.database.read.query(
        `SELECT t.id, iif(t.month IS NULL, t.type, 'allowance') AS type, t.job_id AS jobId, e.amount,
         e.balance_after AS balanceAfter, t.created_at AS createdAt
       FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
       WHERE e.account = ? ORDER BY e.id DESC LIMIT ? OFFSET ?`,
        [account, page.limit, page.offset],
      );
    const [count]: { total: number }[] = await this.database.read.query(
      'SELECT count(*) AS total FROM ledger_entries WHERE account = ?',
      [account],
    );
    const transactions = rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt).toISOString() }));
    return { transactions, total: count!.total };
  }

  /** @throws Failure `invalid-input` unless `amount` is a whole number from 1 to 10^12 */
  async grant(
    manager: EntityManager,
    accountId: string,
    amount: number,
    type: 'grant' | 'purchase' = 'grant',
  ): Promise<{ transactionId: string; available: number }> {
    if (!isAmount(amount))
      throw new Failure('invalid-input', 'An amount of credits is a whole number above 0.');
    const to = availableOf(accountId);
    const transactionId = await post(manager, { type, accountId, jobId: null, from: issued, to, amount });
    return { transactionId, available: await balanceOf(manager, to) };
  }

  /** Reads the whole ledger, so it is for tests and for operators, not for a busy server. */
  audit(): Promise<Audit> {
    return audit(this.database.read);
  }

  /** Whoever looks sees what a job could use. */
  private async receiveAllowance(accountId: string): Promise<void> {
    if ((await allowanceDue(this.database.read, accountId)) === null) return;
    await this.database.write((manager) => grantAllowance(manager, accountId));
  }
}
