import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '@atelier/sdk';
import { Credits } from '../../src/server/credits/credits.service.js';
import { Database } from '../../src/server/database/database.js';
import { Gateways } from '../../src/server/purchases/gateways.js';
import { Purchase } from '../../src/server/purchases/purchase.entity.js';
import { Settlements } from '../../src/server/purchases/settlements.js';
import { StripeStandIn } from '../cloud/stripe.js';
import { Script } from '../storage/process.js';

const seed = 20_261_120;
const rounds = 3;

let home: string;
let stripe: StripeStandIn;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-buyers-'));
  stripe = await StripeStandIn.start();
});
afterAll(async () => {
  await stripe.stop();
  await rm(home, { recursive: true, force: true });
});

/** What a server does at its start. */
async function takeUp(): Promise<{
  left: number;
  purchases: Purchase[];
  balance: number;
  problems: string[];
}> {
  const database = await Database.open(home);
  try {
    const credits = new Credits(database);
    const gateways = new Gateways({ stripe: { key: stripe.key, url: stripe.url } });
    const settlements = new Settlements(database, credits, gateways);
    const pending = await settlements.pending();
    for (const purchase of pending) await settlements.settle(purchase);
    const { sum, problems } = await credits.audit();
    expect(sum).toBe(0);
    const { available } = await credits.balance('user_1');
    const purchases = await database.read.find(Purchase);
    return { left: pending.length, purchases, balance: available, problems };
  } finally {
    await database.close();
  }
}

describe(`a process that is killed in the midst of purchases (seed ${seed})`, () => {
  it('has charged no card twice, and whoever was charged has the credits once', async () => {
    const random = createRandom(seed);
    const told: string[] = [];
    let left = 0;
    for (let round = 0; round < rounds; round += 1) {
      const buyer = new Script('buyer', [home, stripe.key, stripe.url]);
      await buyer.printed(8);
      await delay(random.below(200));
      await buyer.kill();
      told.push(...buyer.lines);

      const { purchases, balance, problems, ...more } = await takeUp();
      left += more.left;
      expect(problems).toEqual([]);
      expect(new Set(purchases.map(({ status }) => status))).toEqual(new Set(['credited']));
      const charged = stripe.charges.map(({ id }) => id).sort();
      expect(purchases.map(({ paymentId }) => paymentId).sort()).toEqual(charged);
      expect(balance).toBe(charged.length * 500);
      const transactions = purchases.map(({ transactionId }) => transactionId);
      expect(transactions).toEqual(expect.arrayContaining(told));
    }
    expect(left).toBeGreaterThan(0);
  });
});
