import { Module } from '@nestjs/common';
import { AccountsModule } from '../../server/accounts/accounts.module.js';
import { AssistantModule } from '../../server/assistant/assistant.module.js';
import { CreditsModule } from '../../server/credits/credits.module.js';
import { DevicesModule } from '../../server/devices/devices.module.js';
import { FilesModule } from '../../server/files/files.module.js';
import type { Dialect } from '../../server/http/dialect.js';
import { ItemsModule } from '../../server/items/items.module.js';
import { JobsModule } from '../../server/jobs/jobs.module.js';
import { PipelinesModule } from '../../server/pipelines/pipelines.module.js';
import { ProjectsModule } from '../../server/projects/projects.module.js';
import { PurchasesModule } from '../../server/purchases/purchases.module.js';
import { ToolsModule } from '../../server/tools/tools.module.js';
import { WebhooksModule } from '../../server/webhooks/webhooks.module.js';
import { AssistantController } from './assistant.controller.js';
import { CreditsController } from './credits.controller.js';
import { DeliveriesController } from './deliveries.controller.js';
import { toErrorAnswer } from './failures.js';
import { FilesController } from './files.controller.js';
import { ItemsController } from './items.controller.js';
import { JobNews } from './job-news.js';
import { JobsController } from './jobs.controller.js';
import { KeysController } from './keys.controller.js';
import { Links } from './links.js';
import { PipelinesController } from './pipelines.controller.js';
import { ProjectsController } from './projects.controller.js';
import { ServiceController } from './service.controller.js';
import { ToolsController } from './tools.controller.js';
import { UserController } from './user.controller.js';
import { WebhooksController } from './webhooks.controller.js';

/** Everything under `/v1` that no other dialect claims. */
export const craudioviz: Dialect = {
  id: 'craudioviz',
  owns: (path) => path === '/v1' || path.startsWith('/v1/'),
  error: toErrorAnswer,
};

@Module({
  imports: [
    AccountsModule,
    AssistantModule,
    CreditsModule,
    DevicesModule,
    FilesModule,
    ItemsModule,
    JobsModule,
    PipelinesModule,
    ProjectsModule,
    PurchasesModule,
    ToolsModule,
    WebhooksModule,
  ],
  controllers: [
    AssistantController,
    CreditsController,
    DeliveriesController,
    FilesController,
    ItemsController,
    JobsController,
    KeysController,
    PipelinesController,
    ProjectsController,
    ServiceController,
    ToolsController,
    UserController,
    WebhooksController,
  ],
  providers: [JobNews, Links],
})
export class CraudiovizModule {}
