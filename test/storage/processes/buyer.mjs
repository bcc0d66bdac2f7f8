/** Buys credits over and over; prints the transactions that it was told of. */
import 'reflect-metadata';
import { Credits } from '../../../dist/server/credits/credits.service.js';
import { Database } from '../../../dist/server/database/database.js';
import { Idempotency } from '../../../dist/server/idempotency/idempotency.service.js';
import { Gateways } from '../../../dist/server/purchases/gateways.js';
import { Purchases } from '../../../dist/server/purchases/purchases.service.js';
import { Settlements } from '../../../dist/server/purchases/settlements.js';

const [home, key, url] = process.argv.slice(2);
const database = await Database.open(home);
const gateways = new Gateways({ stripe: { key, url } });
const settlements = new Settlements(database, new Credits(database), gateways);
const purchases = new Purchases(
  { creditPriceCents: 8 },
  database,
  new Idempotency(database),
  gateways,
  settlements,
);
const request = { accountId: 'user_1', credits: 500, paymentMethod: 'pm_card_visa', sandbox: false };

async function buyOn() {
  for (;;) console.log((await purchases.buy(request)).transactionId);
}

await Promise.all(Array.from({ length: 8 }, buyOn));
