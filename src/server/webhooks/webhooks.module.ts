import { Module } from '@nestjs/common';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';
import { ModelsModule } from '../models/models.module.js';
import { AnnouncedCatalogues } from './announced-catalogues.js';
import { Courier } from './courier.js';
import { DeliveryLog } from './delivery-log.js';
import { DeliveryQueue } from './delivery-queue.js';
import { ModelNews } from './model-news.js';
import { OutboxModule } from './outbox.module.js';
import { ReceiverAddresses } from './receiver-addresses.js';
import { WebhookDispatcher } from './webhook-dispatcher.js';
import { Webhooks } from './webhooks.service.js';

@Module({
  imports: [ModelsModule, OutboxModule],
  providers: [
    AnnouncedCatalogues,
    {
      provide: Courier,
      inject: [CONFIG],
      useFactory: (config: Config) => new Courier(new ReceiverAddresses(config.webhookAllowLoopback)),
    },
    DeliveryLog,
    DeliveryQueue,
    ModelNews,
    WebhookDispatcher,
    Webhooks,
  ],
  exports: [AnnouncedCatalogues, DeliveryLog, OutboxModule, Webhooks],
})
export class WebhooksModule {}
