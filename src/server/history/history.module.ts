import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AssetsModule } from '../assets/assets.module.js';
import { FilesModule } from '../files/files.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { GivenPictures } from './given-pictures.js';
import { HistoryDrafts } from './history-drafts.js';
import { History } from './history.service.js';

@Module({
  imports: [AccountsModule, AssetsModule, FilesModule, JobsModule, SettingsModule],
  providers: [GivenPictures, History, HistoryDrafts],
  exports: [GivenPictures, History, HistoryDrafts],
})
export class HistoryModule {}
