import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';
import { Outbox } from '../webhooks/outbox.js';
import { grantAllowance } from './allowance.js';
import { availableOf, balanceOf, heldOf, isAmount, post, spent, type TransactionType } from './ledger.js';

/**
 * What jobs cost: held at the submit, then settled when the job completes or released when it does not. A job that costs
 * nothing, such as one of a sandbox key, has no entries at all.
 */
@Injectable()
export class Holds {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'creditsLow'>,
    @Inject(Outbox) private readonly outbox: Pick<Outbox, 'add'>,
  ) {}

  /**
   * Sets aside what a job costs, in the unit of work that accepts the job. Once per job; an amount of 0 does nothing.
   * @throws Failure `insufficient-credits` with `required` and `available`
   */
  async hold(manager: EntityManager, accountId: string, jobId: string, amount: number): Promise<void> {
    if (amount === 0) return;
    if (!isAmount(amount)) throw new Error(`A job cannot cost ${amount} credits.`);
    await grantAllowance(manager, accountId);
    const from = availableOf(accountId);
    const available = await balanceOf(manager, from);
    if (available < amount) {
      throw new Failure(
        'insufficient-credits',
        `This costs ${amount} credits and the account has ${available}.`,
        { required: amount, available },
      );
    }
    await post(manager, { type: 'hold', accountId, jobId, from, to: heldOf(accountId), amount });
    await this.warn(manager, accountId, available, available - amount);
  }

  /** Takes what was held. Doing it again changes nothing. @throws Failure `conflict` when it was released */
  settle(manager: EntityManager, jobId: string): Promise<void> {
    return this.end(manager, jobId, 'settle', () => spent);
  }

  /** Gives back what was held. Doing it again changes nothing. @throws Failure `conflict` when it was settled */
  release(manager: EntityManager, jobId: string): Promise<void> {
    return this.end(manager, jobId, 'release', availableOf);
  }

  /** Only a hold makes what is available less, so it alone can take it below the threshold. */
  private async warn(
    manager: EntityManager,
    accountId: string,
    before: number,
    after: number,
  ): Promise<void> {
    const threshold = this.config.creditsLow;
    if (before < threshold || after >= threshold) return;
    const data = { current_balance: after, threshold };
    await this.outbox.add(manager, { accountId, type: 'credits.low', data });
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
