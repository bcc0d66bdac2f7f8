import { Module } from '@nestjs/common';
import { FilesModule } from '../../server/files/files.module.js';
import type { Dialect } from '../../server/http/dialect.js';
import { JobsModule } from '../../server/jobs/jobs.module.js';
import { ModelsModule } from '../../server/models/models.module.js';
import { RealtimeModule } from '../../server/realtime/realtime.module.js';
import { StylesModule } from '../../server/styles/styles.module.js';
import { toErrorAnswer } from './failures.js';
import { GenerateController } from './generate.controller.js';
import { GenerationNews } from './generation-news.js';
import { GenerationSocket } from './generation-socket.js';
import { Generations } from './generations.js';
import { PictureLinks } from './links.js';
import { ModelsController } from './models.controller.js';
import { StylesController } from './styles.controller.js';

const roots = ['/v1/generate', '/v1/styles', '/v1/models', '/v1/ws'];

/** Pictures of scenes, styles and models; all else under `/v1` is another dialect's. */
export const visualCreativity: Dialect = {
  id: 'visual-creativity',
  owns: (path) => roots.some((root) => path === root || path.startsWith(`${root}/`)),
  error: toErrorAnswer,
};

@Module({
  imports: [FilesModule, JobsModule, ModelsModule, RealtimeModule, StylesModule],
  controllers: [GenerateController, ModelsController, StylesController],
  providers: [Generations, GenerationNews, GenerationSocket, PictureLinks],
})
export class VisualCreativityModule {}
