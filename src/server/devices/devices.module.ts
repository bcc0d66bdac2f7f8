import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Config } from '../../config.js';
import { parseDevices } from '../../runtime/devices.js';
import { ModelCatalogue } from '../../runtime/models.js';
import { assetFolder } from '../assets/asset-folder.js';
import { CONFIG } from '../config.token.js';
import { HomeLock } from '../database/home-lock.js';
import { Workers } from './workers.js';

/** The checkout; this file is three folders deep, compiled or not. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const bytesPerMiB = 2 ** 20;
const stopGraceMs = 3000;

function modelFolders(config: Config): string[] {
  return [path.join(root, 'models'), path.join(config.home, 'models'), ...config.models];
}

async function startWorkers(config: Config, log: PinoLogger): Promise<Workers> {
  const machine = { memoryMiB: os.totalmem() / bytesPerMiB, hostWorkers: config.cpuWorkers };
  const workers = new Workers({
    devices: parseDevices(config.devices, machine),
    workerPath: path.join(root, 'dist/worker/main.js'),
    settings: {
      pluginFolders: [path.join(root, 'plugins'), path.join(root, 'node_modules'), ...config.plugins],
      modelFolders: modelFolders(config),
      assetFolder: assetFolder(config.home),
      tempFolder: path.join(config.home, 'tmp'),
      cacheFolder: path.join(config.home, 'cache'),
      pixelLimit: config.pixelLimit,
    },
    memoryLimitMiB: config.workerMemoryMiB,
    log: (level, message, fields) => log[level](fields, message),
  });
  await workers.start();
  for (const problem of workers.problems) log.warn(problem, problem.message);
  return workers;
}

@Module({
  providers: [
    // No worker touches the home before it is locked.
    { provide: Workers, inject: [CONFIG, PinoLogger, HomeLock], useFactory: startWorkers },
    {
      provide: ModelCatalogue,
      inject: [CONFIG],
      useFactory: (config: Config) => ModelCatalogue.read(modelFolders(config)),
    },
  ],
  exports: [ModelCatalogue, Workers],
})
export class DevicesModule implements OnApplicationShutdown {
  constructor(@Inject(Workers) private readonly workers: Workers) {}

  async onApplicationShutdown(): Promise<void> {
    await this.workers.stop(stopGraceMs);
  }
}
