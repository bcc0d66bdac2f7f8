import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Json } from '@atelier/sdk';
import { type Announcement, JobAnnouncers } from '../../server/jobs/announcers.js';
import type { JobView } from '../../server/jobs/job-view.js';
import { toError } from './failures.js';
import { type Link, toGeneration } from './generate.wire.js';
import { isGeneration } from './generation.js';
import { PictureLinks } from './links.js';

/** Tells webhooks how generations have ended. Who cancels one knows it already. */
@Injectable()
export class GenerationNews implements OnModuleInit {
  constructor(
    @Inject(JobAnnouncers) private readonly announcers: JobAnnouncers,
    @Inject(PictureLinks) private readonly links: PictureLinks,
  ) {}

  onModuleInit(): void {
    this.announcers.add(async (_, job, accountId) => toNews(job, this.links.lasting(accountId)));
  }
}

function toNews(job: JobView, link: Link): Announcement[] {
  if (!isGeneration(job)) return [];
  if (job.status === 'completed') return [{ type: 'generation.completed', data: toGeneration(job, link) }];
  if (job.status !== 'failed' || job.failure === null) return [];
  return [{ type: 'generation.failed', data: { id: job.id, error: toError(job.failure) as Json } }];
}
