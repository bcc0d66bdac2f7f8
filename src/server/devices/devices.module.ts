import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Config } from '../../config.js';
import { parseDevices } from '../../runtime/devices.js';
import { graphicsCards } from '../../runtime/graphics-cards.js';
import { assetFolder } from '../assets/asset-folder.js';
import { CONFIG } from '../config.token.js';
import { HomeLock } from '../database/home-lock.js';
import { ModelsModule } from '../models/models.module.js';
import { Models } from '../models/models.service.js';
import { Workers } from './workers.js';

/** The checkout; this file is three folders deep, compiled or not. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const bytesPerMiB = 2 ** 20;
const stopGraceMs = 3000;

async function startWorkers(config: Config, log: PinoLogger, models: Models): Promise<Workers> {
  const machine = {
    memoryMiB: os.totalmem() / bytesPerMiB,
    cards: await graphicsCards(),
    hostWorkers: config.cpuWorkers,
  };
  const workers = new Workers({
    devices: parseDevices(config.devices, machine),
    workerPath: path.join(root, 'dist/worker/main.js'),
    settings: {
      pluginFolders: [path.join(root, 'plugins'), path.join(root, 'node_modules'), ...config.plugins],
      assetFolder: assetFolder(config.home),
      tempFolder: path.join(config.home, 'tmp'),
      cacheFolder: path.join(config.home, 'cache'),
      pixelLimit: config.pixelLimit,
    },
    memoryLimitMiB: config.workerMemoryMiB,
    log: (level, message, fields) => log[level](fields, message),
  });
  workers.install(models.catalogue.list());
  models.onChange((installed) => workers.install(installed));
  await workers.start();
  for (const problem of workers.problems) log.warn(problem, problem.message);
  return workers;
}

@Module({
  imports: [ModelsModule],
  providers: [
    // No worker touches the home before it is locked.
    { provide: Workers, inject: [CONFIG, PinoLogger, Models, HomeLock], useFactory: startWorkers },
  ],
  exports: [ModelsModule, Workers],
})
export class DevicesModule implements OnApplicationShutdown {
  constructor(@Inject(Workers) private readonly workers: Workers) {}

  async onApplicationShutdown(): Promise<void> {
    await this.workers.stop(stopGraceMs);
  }
}
