import { Global, Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { Callers } from './callers.js';
import { DocsController } from './docs.controller.js';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.js';
import { Listeners } from './listeners.js';
import { MetricsController } from './metrics.controller.js';
import { ApiDocument } from './openapi.js';
import { PublicAddress } from './public-address.js';

/** What the service says about itself, and what every controller may need. */
@Global()
@Module({
  imports: [AccountsModule],
  controllers: [HealthController, MetricsController, DocsController],
  providers: [Callers, Lifecycle, Listeners, ApiDocument, PublicAddress],
  exports: [Callers, Lifecycle, PublicAddress],
})
export class HttpModule {}
