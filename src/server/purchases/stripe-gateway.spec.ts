import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { StripeStandIn } from '../../../test/cloud/stripe.js';
import type { Payment } from './payment-gateway.js';
import { StripeGateway } from './stripe-gateway.js';

describe('the gateway to Stripe', () => {
  let stripe: StripeStandIn;
  let gateway: StripeGateway;
  beforeEach(async () => {
    stripe = await StripeStandIn.start();
    gateway = new StripeGateway({ key: stripe.key, url: stripe.url, timeoutMs: 200 });
  });
  afterEach(() => stripe.stop());
  beforeAll(() => Logger.overrideLogger(false));

  const payment = (more: Partial<Payment> = {}): Payment => ({
    id: 'purchase_1',
    cents: 4_000,
    method: 'pm_card_visa',
    description: '500 Atelier credits',
    createdAt: Date.now(),
    ...more,
  });

  it('charges once for an id, however often it is asked', async () => {
    expect(await gateway.charge(payment())).toEqual({ state: 'charged', paymentId: 'pi_1' });
    expect(await gateway.charge(payment())).toEqual({ state: 'charged', paymentId: 'pi_1' });
    expect(stripe.charges).toMatchObject([
      { amount: 4_000, currency: 'usd', payment_method: 'pm_card_visa', description: '500 Atelier credits' },
    ]);
  });

  it('makes a payment method of a token', async () => {
    expect(await gateway.charge(payment({ method: 'tok_visa' }))).toMatchObject({ state: 'charged' });
    expect(stripe.charges).toMatchObject([{ payment_method: 'pm_of_tok_visa' }]);
    expect(stripe.requests).toEqual([
      'POST /v1/payment_methods purchase_1-method',
      'POST /v1/payment_intents purchase_1',
    ]);
  });

  it.each([
    ['a card that is declined', { method: 'pm_card_chargeDeclined' }, 'Your card was declined.'],
    ['what is no card', { method: 'stripe_token_xyz' }, "No such PaymentMethod: 'stripe_token_xyz'."],
    ['too small an amount', { cents: 8 }, 'Amount must be at least $0.50 usd.'],
  ])('says why %s is not charged', async (_, more, reason) => {
    expect(await gateway.charge(payment(more))).toEqual({ state: 'declined', reason });
    expect(stripe.charges).toEqual([]);
  });

  it.each(['down', 'hanging', 'lost'] as const)(
    'does not guess when Stripe is %s, and asking again tells',
    async (mood) => {
      stripe.mood = mood;
      await expect(gateway.charge(payment())).rejects.toMatchObject({ code: 'unavailable' });
      stripe.mood = 'well';
      expect(await gateway.charge(payment())).toMatchObject({ state: 'charged' });
      expect(stripe.charges).toHaveLength(1);
    },
  );

  it('takes an earlier try that is under way for no refusal', async () => {
    stripe.mood = 'slow';
    await expect(gateway.charge(payment())).rejects.toMatchObject({ code: 'unavailable' });
    await delay(1_200);
    expect(await gateway.charge(payment())).toMatchObject({ state: 'charged' });
    expect(stripe.charges).toHaveLength(1);
  });

  it("does not tell the caller that Stripe refuses the server's key", async () => {
    const stranger = new StripeGateway({ key: 'sk_wrong', url: stripe.url });
    const refused = stranger.charge(payment());
    await expect(refused).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.not.stringMatching(/key:|sk_/i),
    });
  });

  it('finds what was charged without charging', async () => {
    expect(await gateway.find(payment())).toBeNull();
    await gateway.charge(payment({ id: 'purchase_0' }));
    await gateway.charge(payment());
    expect(await gateway.find(payment())).toEqual({ state: 'charged', paymentId: 'pi_2' });
    expect(stripe.charges).toHaveLength(2);
    stripe.mood = 'down';
    await expect(gateway.find(payment())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
