import { Inject, Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Config } from '../../config.js';
import { Assets } from '../assets/assets.service.js';
import { CONFIG } from '../config.token.js';
import { Database } from '../database/database.js';
import { Files } from '../files/files.service.js';
import { Items } from '../items/items.service.js';
import { JobEvents } from './job-events.js';
import { filesOf } from './job-output.js';
import { JobStore } from './job-store.js';
import { Job } from './job.entity.js';

const dayMs = 86_400_000;
/** Few at a time, so that nobody waits long for the write queue. */
const jobsPerStep = 50;

/** Jobs that ended long ago: they are forgotten, with their results unless these are in a project. */
@Injectable()
export class OldJobs {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'retentionDays'>,
    @Inject(Database) private readonly database: Database,
    @Inject(JobStore) private readonly store: JobStore,
    @Inject(JobEvents) private readonly events: JobEvents,
    @Inject(Files) private readonly files: Files,
    @Inject(Items) private readonly items: Items,
    @Inject(Assets) private readonly assets: Assets,
  ) {}

  async remove(): Promise<void> {
    const before = Date.now() - this.config.retentionDays * dayMs;
    for (;;) {
      const ids = await this.store.endedBefore(before, jobsPerStep);
      if (ids.length === 0) return;
      await this.events.remove(ids);
      await this.database.write(async (manager) => {
        for (const job of await manager.findBy(Job, { id: In(ids) })) {
          const isKept = await this.items.isFiled(manager, job.id);
          const files = isKept ? [] : filesOf(job.outputs ?? {});
          for (const { fileId } of files) await this.files.drop(manager, fileId);
          await this.assets.unrefer(manager, { kind: 'job', id: job.id });
        }
        await manager.delete(Job, { id: In(ids) });
      });
    }
  }
}
