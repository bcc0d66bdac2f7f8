import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ledgerProblems } from '../faults/ledger.js';
import { until } from '../faults/processes.js';
import { type Answer, call } from '../harness/api.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';
import { StripeStandIn } from './stripe.js';

// "Purchase Credits" of the document, with a stand-in of Stripe that this file starts.
jest.setTimeout(120_000);

interface Purchased {
  transaction_id: string;
  credits_added: number;
  new_balance: number;
  cost: string;
  error?: { code: string; message: string };
}

let home: string;
let stripe: StripeStandIn;
let server: TestServer;
let key: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-purchases-'));
  stripe = await StripeStandIn.start();
  server = await startServer({
    home,
    env: { STRIPE_SECRET_KEY: stripe.key, STRIPE_API_BASE: stripe.url, ATELIER_CREDIT_PRICE_CENTS: '8' },
  });
  key = await createKey(home, { plan: 'pro', credits: 1_500 });
});
afterAll(async () => {
  await server.kill();
  await stripe.stop();
  await rm(home, { recursive: true, force: true });
});
afterEach(() => {
  stripe.mood = 'well';
});

const example = { amount: 500, payment_method: 'pm_card_visa' };
const buy = (
  body: unknown = example,
  { idempotencyKey, as = key }: { idempotencyKey?: string; as?: string } = {},
): Promise<Answer<Purchased>> =>
  call<Purchased>(server, 'POST', '/v1/credits/purchase', {
    key: as,
    body,
    headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
  });
const balance = async (as = key): Promise<number> =>
  (await call<{ balance: number }>(server, 'GET', '/v1/credits/balance', { key: as })).body.balance;
const transactions = async (as = key) =>
  (
    await call<{ transactions: object[]; total: number }>(server, 'GET', '/v1/credits/transactions', {
      key: as,
    })
  ).body;

describe('POST /credits/purchase', () => {
  it('charges and grants, as in the document', async () => {
    const { status, body } = await buy();
    expect(status).toBe(200);
    expect(body).toEqual({
      transaction_id: expect.stringMatching(/^txn_/),
      credits_added: 500,
      new_balance: 2_000,
      cost: '$40.00',
    });
    expect(await balance()).toBe(2_000);
    expect((await transactions()).transactions[0]).toEqual({
      id: body.transaction_id,
      type: 'purchase',
      amount: 500,
      balance_after: 2_000,
      created_at: expect.any(String),
    });
    expect(stripe.charges).toMatchObject([{ amount: 4_000, currency: 'usd' }]);
  });

  it('takes a token as well', async () => {
    expect(await buy({ amount: 10, payment_method: 'tok_visa' })).toMatchObject({
      status: 200,
      body: { credits_added: 10, cost: '$0.80' },
    });
  });

  it.each([
    ['no amount', { payment_method: 'pm_card_visa' }],
    ['an amount of 0', { ...example, amount: 0 }],
    ['an amount below 0', { ...example, amount: -5 }],
    ['half a credit', { ...example, amount: 0.5 }],
    ['too much', { ...example, amount: 1_000_001 }],
    ['an amount that is a text', { ...example, amount: '500' }],
    ['no payment method', { amount: 500 }],
    ['an empty payment method', { ...example, payment_method: '' }],
    ['a payment method with a line break', { ...example, payment_method: 'pm_1\r\nX-Evil: 1' }],
    ['a field that is not known', { ...example, currency: 'eur' }],
    ['no object', [example]],
  ])('refuses %s', async (_, body) => {
    const asked = stripe.requests.length;
    expect(await buy(body)).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
    expect(stripe.requests).toHaveLength(asked);
  });

  it.each([
    ['pm_card_chargeDeclined', /^Your card was declined\. Nothing was charged/],
    ['stripe_token_xyz', /^No such PaymentMethod/],
  ])('tells whoever pays with %s that it is not charged', async (method, sentence) => {
    const before = await balance();
    const request = { amount: 500, payment_method: method };
    const answers = [
      await buy(request, { idempotencyKey: method }),
      await buy(request, { idempotencyKey: method }),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 402,
        body: { error: { code: 'payment_failed', message: expect.stringMatching(sentence) } },
      });
    }
    expect(await balance()).toBe(before);
  });

  it('charges nobody for a sandbox key, and shows how it would be', async () => {
    const sandbox = await createKey(home, { credits: 1_500, sandbox: true });
    const asked = stripe.requests.length;
    const request = { amount: 500, payment_method: 'stripe_token_xyz' };
    const { status, body } = await buy(request, { as: sandbox });
    expect([status, body]).toMatchObject([200, { credits_added: 500, new_balance: 2_000, cost: '$40.00' }]);
    expect(await balance(sandbox)).toBe(1_500);
    expect((await transactions(sandbox)).total).toBe(1);
    const declined = await buy({ amount: 500, payment_method: 'pm_card_chargeDeclined' }, { as: sandbox });
    expect([declined.status, declined.body.error?.code]).toEqual([402, 'payment_failed']);
    expect(stripe.requests).toHaveLength(asked);
  });
});

describe('a purchase with an Idempotency-Key', () => {
  it('that comes fifty times at once is charged and credited once', async () => {
    const [charges, before] = [stripe.charges.length, await balance()];
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => buy(example, { idempotencyKey: 'fifty' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(stripe.charges).toHaveLength(charges + 1);
    expect(await balance()).toBe(before + 500);
  });

  it('is refused with another body', async () => {
    await buy(example, { idempotencyKey: 'other-body' });
    const second = await buy({ ...example, amount: 600 }, { idempotencyKey: 'other-body' });
    expect([second.status, second.body.error?.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('is finished by being sent again when Stripe could not be reached', async () => {
    const [charges, before] = [stripe.charges.length, await balance()];
    stripe.mood = 'down';
    const first = await buy(example, { idempotencyKey: 'down' });
    expect([first.status, first.body.error?.code]).toEqual([503, 'service_unavailable']);
    expect(first.headers.get('retry-after')).toBe('30');
    stripe.mood = 'well';
    expect((await buy(example, { idempotencyKey: 'down' })).status).toBe(200);
    expect(stripe.charges).toHaveLength(charges + 1);
    expect(await balance()).toBe(before + 500);
  });
});

describe('a server that is killed', () => {
  it('between the charge and the credits is followed by one that grants them', async () => {
    const [charges, before] = [stripe.charges.length, await balance()];
    stripe.mood = 'silent';
    const cut = buy(example, { idempotencyKey: 'cut' }).catch(() => undefined);
    await until(() => stripe.charges.length > charges, 'Stripe charges');
    await server.kill();
    await cut;
    expect(await ledgerProblems(home)).toEqual([]);
    stripe.mood = 'well';
    await server.restart();
    await until(async () => (await balance()) === before + 500, 'the credits are there');
    expect(await buy(example, { idempotencyKey: 'cut' })).toMatchObject({
      status: 200,
      body: { new_balance: before + 500 },
    });
    expect(stripe.charges).toHaveLength(charges + 1);
    expect(await balance()).toBe(before + 500);
  });
});
