import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Outbox, type OutboxEvent } from '../webhooks/outbox.js';
import { viewOf, type JobView } from './job-view.js';
import type { Job } from './job.entity.js';

export type Announcement = Pick<OutboxEvent, 'type' | 'data'>;

/** What one dialect tells webhooks of a job that has just ended, read in the unit of work that ends it. */
export type Announcer = (manager: EntityManager, job: JobView, accountId: string) => Promise<Announcement[]>;

/** Everybody who has something to say when a job ends. */
@Injectable()
export class JobAnnouncers {
  private readonly announcers: Announcer[] = [];

  constructor(@Inject(Outbox) private readonly outbox: Outbox) {}

  add(announcer: Announcer): void {
    this.announcers.push(announcer);
  }

  async announce(manager: EntityManager, job: Job): Promise<void> {
    const { accountId } = job;
    const view = viewOf(job, null, null);
    for (const announcer of this.announcers) {
      for (const news of await announcer(manager, view, accountId))
        await this.outbox.add(manager, { accountId, ...news });
    }
  }
}
