import { Module } from '@nestjs/common';
import type { Config } from '../../config.js';
import { Assets as AssetStore } from '../../runtime/assets.js';
import { CONFIG } from '../config.token.js';
import { assetFolder } from './asset-folder.js';
import { Assets } from './assets.service.js';

@Module({
  providers: [
    {
      provide: AssetStore,
      inject: [CONFIG],
      useFactory: (config: Config) => new AssetStore(assetFolder(config.home)),
    },
    Assets,
  ],
  exports: [AssetStore, Assets],
})
export class AssetsModule {}
