import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';
import { grantAllowance } from '../credits/allowance.js';
import { Database } from '../database/database.js';
import { newId } from '../database/id.js';
import { Idempotency, type RepeatableRequest } from '../idempotency/idempotency.service.js';
import { Gateways } from './gateways.js';
import { Purchase } from './purchase.entity.js';
import { Settlements } from './settlements.js';

export interface PurchaseRequest {
  accountId: string;
  /** whole, above 0 */
  credits: number;
  paymentMethod: string;
  sandbox: boolean;
}

/** A purchase whose credits are there. */
export interface PurchaseView {
  transactionId: string;
  credits: number;
  balanceAfter: number;
  costCents: number;
}

/** Credits for money. */
@Injectable()
export class Purchases {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'creditPriceCents'>,
    @Inject(Database) private readonly database: Database,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
    @Inject(Gateways) private readonly gateways: Gateways,
    @Inject(Settlements) private readonly settlements: Settlements,
  ) {}

  /**
   * Charges and grants. The purchase is stored before anyone is charged, so that one which a crash cuts short is brought to
   * its end by the next server; the same idempotency key gives the purchase of the first call, or its failure.
   * @throws Failure `payment-failed`, `unavailable`, `idempotency-mismatch`
   */
  async buy(request: PurchaseRequest, repeatable?: RepeatableRequest): Promise<PurchaseView> {
    this.gateways.for(request);
    const purchase = await this.settlements.settle(await this.accept(request, repeatable));
    const { transactionId, credits, balanceAfter, costCents, failure } = purchase;
    if (transactionId !== null && balanceAfter !== null)
      return { transactionId, credits, balanceAfter, costCents };
    throw new Failure('payment-failed', `${failure} Nothing was charged; try another payment method.`);
  }

  private accept(request: PurchaseRequest, repeatable: RepeatableRequest | undefined): Promise<Purchase> {
    return this.database.write(async (manager) => {
      const begun = repeatable ? await this.idempotency.begin(manager, repeatable) : 'new';
      if (begun !== 'new') {
        const { purchaseId } = begun.body as { purchaseId: string };
        return manager.findOneByOrFail(Purchase, { id: purchaseId });
      }
      await grantAllowance(manager, request.accountId);
      const purchase = this.rowOf(request);
      await manager.insert(Purchase, purchase);
      if (repeatable) {
        const answer = { status: 200, body: { purchaseId: purchase.id } };
        await this.idempotency.finish(manager, repeatable, answer);
      }
      return purchase;
    });
  }

  private rowOf(request: PurchaseRequest): Purchase {
    return Object.assign(new Purchase(), {
      ...request,
      id: newId('purchase'),
      costCents: request.credits * this.config.creditPriceCents,
      status: 'pending',
      paymentId: null,
      failure: null,
      transactionId: null,
      balanceAfter: null,
      createdAt: Date.now(),
      endedAt: null,
    } satisfies Purchase);
  }
}
