import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '@atelier/sdk';
import { Database } from '../database/database.js';
import { audit, type Audit } from './audit.js';
import { availableOf, balanceOf, heldOf, issued, post, spent, type TransactionType } from './ledger.js';

export interface Balance {
  /** what new jobs may cost */
  available: number;
  /** what jobs that have not ended will cost */
  held: number;
}

/** A change of what an account has available. */
export interface CreditTransaction {
  id: string;
  type: TransactionType;
  jobId: string | null;
  /** below 0 for a hold; a settle changes nothing here and is not listed */
  amount: number;
  balanceAfter: number;
  /** ISO 8601 */
  createdAt: string;
}

/** More than anyone is given; sums of such amounts stay exact. */
const largestAmount = 1e12;

/**
 * Credits in a double-entry ledger: what a job costs is held at its submit, then settled when it completes or released when
 * it does not. A job that costs nothing, such as one of a sandbox key, has no entries at all.
 */
@Injectable()
export class Credits {
  constructor(@Inject(Database) private readonly database: Database) {}

  async balance(accountId: string): Promise<Balance> {
    const available = await balanceOf(this.database.read, availableOf(accountId));
    const held = await balanceOf(this.database.read, heldOf(accountId));
    return { available, held };
  }

  /** Newest first. */
  async history(
    accountId: string,
    page: { limit: number; offset: number },
  ): Promise<{ transactions: CreditTransaction[]; total: number }> {
    const account = availableOf(accountId);
    const rows: (Omit<CreditTransaction, 'createdAt'> & { createdAt: number })[] =
      await this.database.read.query(
        `SELECT t.id, t.type, t.job_id AS jobId, e.amount, e.balance_after AS balanceAfter, t.created_at AS createdAt
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

  /** `grant` of a purchase, in a unit of work of its own. */
  purchase(accountId: string, amount: number): Promise<{ transactionId: string; available: number }> {
    return this.database.write((manager) => this.grant(manager, accountId, amount, 'purchase'));
  }

  /**
   * Sets aside what a job costs, in the unit of work that accepts the job. Once per job; an amount of 0 does nothing.
   * @throws Failure `insufficient-credits` with `required` and `available`
   */
  async hold(manager: EntityManager, accountId: string, jobId: string, amount: number): Promise<void> {
    if (amount === 0) return;
    if (!isAmount(amount)) throw new Error(`A job cannot cost ${amount} credits.`);
    const from = availableOf(accountId);
    const available = await balanceOf(manager, from);
    if (available < amount) {
      throw new Failure(
        'insufficient-credits',
        `This costs ${amount} credits and the account has ${available}.`,
        {
          required: amount,
          available,
        },
      );
    }
    await post(manager, { type: 'hold', accountId, jobId, from, to: heldOf(accountId), amount });
  }

  /** Takes what was held. Doing it again changes nothing. @throws Failure `conflict` when it was released */
  settle(manager: EntityManager, jobId: string): Promise<void> {
    return this.end(manager, jobId, 'settle', () => spent);
  }

  /** Gives back what was held. Doing it again changes nothing. @throws Failure `conflict` when it was settled */
  release(manager: EntityManager, jobId: string): Promise<void> {
    return this.end(manager, jobId, 'release', availableOf);
  }

  /** Reads the whole ledger, so it is for tests and for operators, not for a busy server. */
  audit(): Promise<Audit> {
    return audit(this.database.read);
  }

  private async end(
    manager: EntityManager,
    jobId: string,
    type: 'settle' | 'release',
    receiver: (accountId: string) => string,
  ): Promise<void> {
    const ends: { type: TransactionType }[] = await manager.query(
      `SELECT type FROM ledger_transactions WHERE job_id = ? AND type IN ('settle', 'release')`,
      [jobId],
    );
    if (ends[0]?.type === type) return;
    if (ends[0] !== undefined) {
      throw new Failure(
        'conflict',
        `The credits of job ${jobId} cannot be ${type}d; that was decided before.`,
      );
    }
    const holds: { accountId: string; amount: number }[] = await manager.query(
      `SELECT t.account_id AS accountId, e.amount FROM ledger_transactions t
       JOIN ledger_entries e ON e.transaction_id = t.id AND e.amount > 0
       WHERE t.job_id = ? AND t.type = 'hold'`,
      [jobId],
    );
    for (const { accountId, amount } of holds) {
      await post(manager, {
        type,
        accountId,
        jobId,
        from: heldOf(accountId),
        to: receiver(accountId),
        amount,
      });
    }
  }
}

function isAmount(amount: number): boolean {
  return Number.isInteger(amount) && amount > 0 && amount <= largestAmount;
}
