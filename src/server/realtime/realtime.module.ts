import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { JobsGateway } from './jobs.gateway.js';

@Module({ imports: [JobsModule], providers: [JobsGateway] })
export class RealtimeModule {}
