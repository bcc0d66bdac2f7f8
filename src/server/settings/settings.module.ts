import { Module } from '@nestjs/common';
import { AllowedFolders } from './allowed-folders.js';
import { Settings } from './settings.service.js';

@Module({ providers: [AllowedFolders, Settings], exports: [AllowedFolders, Settings] })
export class SettingsModule {}
