import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Callers } from '../../server/http/callers.js';
import { Jobs } from '../../server/jobs/jobs.service.js';
import { Limits } from '../../server/limits/limits.service.js';
import { RawSockets } from '../../server/realtime/raw-sockets.js';
import { Generations } from './generations.js';
import { PictureLinks } from './links.js';
import { SocketSession } from './socket-session.js';

/** `/v1/ws`: generations with their progress. */
@Injectable()
export class GenerationSocket implements OnModuleInit {
  constructor(
    @Inject(RawSockets) private readonly sockets: RawSockets,
    @Inject(Callers) private readonly callers: Callers,
    @Inject(Generations) private readonly generations: Generations,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Limits) private readonly limits: Limits,
    @Inject(PictureLinks) private readonly links: PictureLinks,
  ) {}

  onModuleInit(): void {
    const { callers, generations, jobs, limits, links } = this;
    this.sockets.serve({
      path: '/v1/ws',
      access: 'message',
      scope: 'read',
      open: (socket, opening) =>
        new SocketSession({ callers, generations, jobs, limits, links }, socket, opening),
    });
  }
}
