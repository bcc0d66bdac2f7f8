import { Module } from '@nestjs/common';
import { AccountsModule } from '../../server/accounts/accounts.module.js';
import { FilesModule } from '../../server/files/files.module.js';
import { HistoryModule } from '../../server/history/history.module.js';
import type { Dialect } from '../../server/http/dialect.js';
import { JobsModule } from '../../server/jobs/jobs.module.js';
import { RealtimeModule } from '../../server/realtime/realtime.module.js';
import { SettingsModule } from '../../server/settings/settings.module.js';
import { toErrorAnswer } from './failures.js';
import { GenerateController } from './generate.controller.js';
import { Generations } from './generations.js';
import { HistoryController } from './history.controller.js';
import { PictureLinks } from './links.js';
import { PicturesController } from './pictures.controller.js';
import { GenerationProgress } from './progress.js';
import { SettingsController } from './settings.controller.js';

const roots = ['/api', '/generated'];

/** The desktop application's backend; `/api/v1` is another dialect's. */
export const desktop: Dialect = {
  id: 'desktop',
  owns: (path) =>
    path === '/ws/generation' ||
    path === '/health' ||
    (roots.some((root) => path === root || path.startsWith(`${root}/`)) && !/^\/api\/v1(\/|$)/.test(path)),
  error: toErrorAnswer,
};

@Module({
  imports: [AccountsModule, FilesModule, HistoryModule, JobsModule, RealtimeModule, SettingsModule],
  controllers: [GenerateController, HistoryController, PicturesController, SettingsController],
  providers: [Generations, GenerationProgress, PictureLinks],
})
export class DesktopModule {}
