import { Inject, Injectable } from '@nestjs/common';
import { Credits } from '../credits/credits.service.js';
import { availableOf, balanceOf } from '../credits/ledger.js';
import { Database } from '../database/database.js';
import { newId } from '../database/id.js';
import { Gateways } from './gateways.js';
import type { Payment, PaymentGateway, PaymentOutcome } from './payment-gateway.js';
import { Purchase } from './purchase.entity.js';

/** Later, a charge would surprise whoever has long given up; it is only asked whether there was one. */
const chargeableMs = 3_600_000;

/** Brings purchases to their end: the card is charged once, and the credits are there once. */
@Injectable()
export class Settlements {
  private readonly underWay = new Map<string, Promise<Purchase>>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Credits) private readonly credits: Credits,
    @Inject(Gateways) private readonly gateways: Gateways,
  ) {}

  /** Whoever asks while a purchase is being settled waits with the first. @throws Failure `unavailable`; it stays pending */
  settle(purchase: Purchase): Promise<Purchase> {
    if (purchase.status !== 'pending') return Promise.resolve(purchase);
    const known = this.underWay.get(purchase.id);
    if (known !== undefined) return known;
    const settled = this.pay(purchase).finally(() => this.underWay.delete(purchase.id));
    this.underWay.set(purchase.id, settled);
    return settled;
  }

  pending(): Promise<Purchase[]> {
    return this.database.read.find(Purchase, { where: { status: 'pending' }, order: { createdAt: 'ASC' } });
  }

  private async pay(purchase: Purchase): Promise<Purchase> {
    const outcome = await ask(this.gateways.for(purchase), purchase);
    return outcome.state === 'charged'
      ? this.credit(purchase.id, outcome.paymentId)
      : this.fail(purchase.id, outcome.reason);
  }

  /** The credits and the word that they are there, in one unit of work. */
  private credit(id: string, paymentId: string): Promise<Purchase> {
    return this.database.write(async (manager) => {
      const purchase = await manager.findOneByOrFail(Purchase, { id });
      if (purchase.status !== 'pending') return purchase;
      const { accountId, credits, sandbox } = purchase;
      const { transactionId, available } = sandbox
        ? // What a live key would see; the account itself gets nothing.
          {
            transactionId: newId('txn'),
            available: credits + (await balanceOf(manager, availableOf(accountId))),
          }
        : await this.credits.grant(manager, accountId, credits, 'purchase');
      const ended = { status: 'credited' as const, paymentId, transactionId, balanceAfter: available };
      await manager.update(Purchase, { id }, { ...ended, endedAt: Date.now() });
      return Object.assign(purchase, ended);
    });
  }

  private fail(id: string, failure: string): Promise<Purchase> {
    return this.database.write(async (manager) => {
      const purchase = await manager.findOneByOrFail(Purchase, { id });
      if (purchase.status !== 'pending') return purchase;
      const ended = { status: 'failed' as const, failure };
      await manager.update(Purchase, { id }, { ...ended, endedAt: Date.now() });
      return Object.assign(purchase, ended);
    });
  }
}

async function ask(gateway: PaymentGateway, purchase: Purchase): Promise<PaymentOutcome> {
  const payment = paymentOf(purchase);
  if (Date.now() - purchase.createdAt < chargeableMs) return gateway.charge(payment);
  const found = await gateway.find(payment);
  return found ?? { state: 'declined', reason: 'The payment service could not be reached for an hour.' };
}

function paymentOf({ id, credits, costCents, paymentMethod, createdAt }: Purchase): Payment {
  const description = `${credits} Atelier credits`;
  return { id, cents: costCents, method: paymentMethod, description, createdAt };
}
