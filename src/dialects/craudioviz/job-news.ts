import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Json } from '@atelier/sdk';
import { type Announcement, JobAnnouncers } from '../../server/jobs/announcers.js';
import type { JobView } from '../../server/jobs/job-view.js';
import { toError } from './failures.js';
import type { Link } from './files.wire.js';
import { toResult } from './jobs.wire.js';
import { Links } from './links.js';

/** Tells webhooks how jobs have ended. Who cancels a job knows it already. */
@Injectable()
export class JobNews implements OnModuleInit {
  constructor(
    @Inject(JobAnnouncers) private readonly announcers: JobAnnouncers,
    @Inject(Links) private readonly links: Links,
  ) {}

  onModuleInit(): void {
    this.announcers.add(async (_, job) => toNews(job, this.links.lasting()));
  }
}

function toNews(job: JobView, link: Link): Announcement[] {
  const { id, projectId, failure } = job;
  const common = { job_id: id, project_id: projectId };
  if (job.status === 'completed') {
    return [{ type: 'job.completed', data: { ...common, result_url: toResult(job, link).url } }];
  }
  if (job.status !== 'failed' || failure === null) return [];
  return [{ type: 'job.failed', data: { ...common, error: toError(failure) as Json } }];
}
