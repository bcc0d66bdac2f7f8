import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { Workers } from '../devices/workers.js';
import { DevicesModule } from '../devices/devices.module.js';
import { Pipelines } from './pipelines.service.js';
import { loadShipped, ShippedPipelines } from './shipped.js';

/** `pipelines/` of the checkout; this file is three folders deep, compiled or not. */
const folder = fileURLToPath(new URL('../../../pipelines', import.meta.url));

@Module({
  imports: [DevicesModule],
  providers: [
    {
      provide: ShippedPipelines,
      inject: [Workers],
      useFactory: (workers: Workers) => loadShipped(folder, workers.plugins),
    },
    Pipelines,
  ],
  exports: [Pipelines, ShippedPipelines],
})
export class PipelinesModule {}
