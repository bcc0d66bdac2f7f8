import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { JobsGateway } from './jobs.gateway.js';
import { RawSockets } from './raw-sockets.js';

@Module({ imports: [JobsModule], providers: [JobsGateway, RawSockets], exports: [RawSockets] })
export class RealtimeModule {}
