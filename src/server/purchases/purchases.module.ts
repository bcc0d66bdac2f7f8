import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { Gateways } from './gateways.js';
import { Purchases } from './purchases.service.js';
import { PurchaseRecovery } from './recovery.js';
import { Settlements } from './settlements.js';

@Module({
  imports: [CreditsModule, IdempotencyModule],
  providers: [Gateways, Purchases, PurchaseRecovery, Settlements],
  exports: [Purchases],
})
export class PurchasesModule {}
