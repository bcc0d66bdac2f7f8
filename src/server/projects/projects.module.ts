import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { Projects } from './projects.service.js';

@Module({ imports: [IdempotencyModule], providers: [Projects], exports: [Projects] })
export class ProjectsModule {}
