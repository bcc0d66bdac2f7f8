import { Module } from '@nestjs/common';
import { DevicesModule } from '../../server/devices/devices.module.js';
import { FilesModule } from '../../server/files/files.module.js';
import type { Dialect } from '../../server/http/dialect.js';
import { JobsModule } from '../../server/jobs/jobs.module.js';
import { ModelsModule } from '../../server/models/models.module.js';
import { RealtimeModule } from '../../server/realtime/realtime.module.js';
import { toErrorAnswer } from './failures.js';
import { FluxKreaController } from './flux-krea.controller.js';
import { GenerationSocket } from './generation-socket.js';
import { Generations } from './generations.js';

const paths = ['/generate', '/health', '/models', '/ws'];

/** The FLUX Krea image generator's backend. */
export const fluxKrea: Dialect = {
  id: 'flux-krea',
  owns: (path) => paths.includes(path),
  // Its limits are those of generations, over HTTP and over its socket.
  countsItself: true,
  error: toErrorAnswer,
};

@Module({
  imports: [DevicesModule, FilesModule, JobsModule, ModelsModule, RealtimeModule],
  controllers: [FluxKreaController],
  providers: [Generations, GenerationSocket],
})
export class FluxKreaModule {}
