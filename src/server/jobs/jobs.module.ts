import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { HoldsModule } from '../credits/holds.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { FilesModule } from '../files/files.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { ItemsModule } from '../items/items.module.js';
import { PipelinesModule } from '../pipelines/pipelines.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { JobAnnouncers } from './announcers.js';
import { BoundJobs } from './bound-jobs.js';
import { Dispatcher } from './dispatcher.js';
import { Housekeeping } from './housekeeping.js';
import { JobEta } from './job-eta.js';
import { JobEvents } from './job-events.js';
import { JobOutputs } from './job-outputs.js';
import { JobPlanner } from './job-planner.js';
import { JobRuns } from './job-runs.js';
import { JobStates } from './job-states.js';
import { JobStore } from './job-store.js';
import { Jobs } from './jobs.service.js';
import { NodeCache } from './node-cache.js';
import { OldJobs } from './old-jobs.js';
import { PictureStamps } from './picture-stamps.js';
import { RunTimes } from './run-times.js';
import { Submissions } from './submission.js';

@Module({
  imports: [
    AssetsModule,
    HoldsModule,
    DatabaseModule,
    DevicesModule,
    FilesModule,
    IdempotencyModule,
    ItemsModule,
    PipelinesModule,
    ProjectsModule,
    WebhooksModule,
  ],
  providers: [
    BoundJobs,
    Dispatcher,
    Housekeeping,
    JobAnnouncers,
    JobEta,
    JobEvents,
    JobOutputs,
    JobPlanner,
    JobRuns,
    JobStates,
    JobStore,
    PictureStamps,
    Jobs,
    NodeCache,
    OldJobs,
    RunTimes,
    Submissions,
  ],
  exports: [BoundJobs, Dispatcher, JobAnnouncers, Jobs, JobRuns],
})
export class JobsModule {}
