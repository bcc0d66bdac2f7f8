import { Logger } from '@nestjs/common';
import { TempHome } from '../../../test/storage/temp-home.js';
import { StripeStandIn } from '../../../test/cloud/stripe.js';
import { Credits } from '../credits/credits.service.js';
import { Idempotency } from '../idempotency/idempotency.service.js';
import { Gateways } from './gateways.js';
import { Purchase } from './purchase.entity.js';
import { Purchases } from './purchases.service.js';
import { Settlements } from './settlements.js';

describe('the settlement of a purchase', () => {
  let temp: TempHome;
  let stripe: StripeStandIn;
  let credits: Credits;
  let settlements: Settlements;

  beforeEach(async () => {
    temp = await TempHome.open();
    stripe = await StripeStandIn.start();
    credits = new Credits(temp.database);
    settlements = new Settlements(temp.database, credits, gateways());
  });
  beforeAll(() => Logger.overrideLogger(false));
  afterEach(async () => {
    await stripe.stop();
    await temp.remove();
  });

  const gateways = () => new Gateways({ stripe: { key: stripe.key, url: stripe.url } });
  const idempotency = () => new Idempotency(temp.database);
  /** A purchase of which nobody knows how it ended. */
  const leaveOpen = async (mood: 'down' | 'lost'): Promise<Purchase> => {
    stripe.mood = mood;
    const purchases = new Purchases(
      { creditPriceCents: 8 },
      temp.database,
      idempotency(),
      gateways(),
      settlements,
    );
    const request = { accountId: 'user_1', credits: 500, paymentMethod: 'pm_card_visa', sandbox: false };
    await expect(purchases.buy(request)).rejects.toMatchObject({ code: 'unavailable' });
    stripe.mood = 'well';
    const [purchase] = await settlements.pending();
    return purchase!;
  };
  const age = async (purchase: Purchase, hours: number): Promise<Purchase> => {
    const createdAt = purchase.createdAt - hours * 3_600_000;
    await temp.database.write((manager) => manager.update(Purchase, { id: purchase.id }, { createdAt }));
    for (const charge of stripe.charges) charge.created -= hours * 3_600;
    return { ...purchase, createdAt };
  };
  const available = async () => (await credits.balance('user_1')).available;

  it.each(['down', 'lost'] as const)('charges and credits once after Stripe was %s', async (mood) => {
    const purchase = await leaveOpen(mood);
    expect(await available()).toBe(0);
    const ends = await Promise.all(Array.from({ length: 10 }, () => settlements.settle(purchase)));
    expect(new Set(ends.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect(await settlements.settle(purchase)).toMatchObject({ status: 'credited', balanceAfter: 500 });
    expect(stripe.charges).toHaveLength(1);
    expect(await available()).toBe(500);
    expect(await settlements.pending()).toEqual([]);
    expect(await credits.audit()).toEqual({ sum: 0, problems: [] });
  });

  it('after an hour no longer charges who was not charged', async () => {
    const purchase = await age(await leaveOpen('down'), 2);
    expect(await settlements.settle(purchase)).toMatchObject({ status: 'failed' });
    expect(stripe.charges).toEqual([]);
    expect(await available()).toBe(0);
  });

  it('after days still credits who was charged', async () => {
    const purchase = await age(await leaveOpen('lost'), 72);
    expect(await settlements.settle(purchase)).toMatchObject({ status: 'credited', paymentId: 'pi_1' });
    expect(stripe.charges).toHaveLength(1);
    expect(await available()).toBe(500);
  });

  it('waits for its payment service when that is not configured any more', async () => {
    const purchase = await leaveOpen('lost');
    const without = new Gateways({ stripe: { key: '', url: stripe.url } });
    await expect(new Settlements(temp.database, credits, without).settle(purchase)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await settlements.pending()).toHaveLength(1);
  });

  it('is missed by the audit when its credits are', async () => {
    const purchase = await settlements.settle(await leaveOpen('down'));
    await temp.database.write((manager) =>
      manager.query(`UPDATE ledger_transactions SET type = 'grant' WHERE id = ?`, [purchase.transactionId]),
    );
    const { problems } = await credits.audit();
    expect(problems).toEqual([`${purchase.id} is paid for but its credits are not there`]);
  });
});
