import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Config } from './config.js';
import { dialectModules } from './dialects/index.js';
import { AccountsModule } from './server/accounts/accounts.module.js';
import { AssetsModule } from './server/assets/assets.module.js';
import { AssistantModule } from './server/assistant/assistant.module.js';
import { CONFIG } from './server/config.token.js';
import { CreditsModule } from './server/credits/credits.module.js';
import { DatabaseModule } from './server/database/database.module.js';
import { DevicesModule } from './server/devices/devices.module.js';
import { FilesModule } from './server/files/files.module.js';
import { HttpModule } from './server/http/http.module.js';
import { loggerModule } from './server/http/logging.js';
import { ItemsModule } from './server/items/items.module.js';
import { JobsModule } from './server/jobs/jobs.module.js';
import { LimitsModule } from './server/limits/limits.module.js';
import { PipelinesModule } from './server/pipelines/pipelines.module.js';
import { PurchasesModule } from './server/purchases/purchases.module.js';
import { ProjectsModule } from './server/projects/projects.module.js';
import { RealtimeModule } from './server/realtime/realtime.module.js';
import { ToolsModule } from './server/tools/tools.module.js';

/** The whole server. */
@Global()
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        loggerModule(config),
        DatabaseModule,
        AccountsModule,
        CreditsModule,
        AssetsModule,
        ProjectsModule,
        FilesModule,
        ItemsModule,
        DevicesModule,
        PipelinesModule,
        ToolsModule,
        JobsModule,
        PurchasesModule,
        LimitsModule,
        HttpModule,
        AssistantModule,
        RealtimeModule,
        ...dialectModules,
      ],
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
