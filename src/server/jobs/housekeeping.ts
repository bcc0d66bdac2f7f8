import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { In } from 'typeorm';
import type { Config } from '../../config.js';
import { Assets } from '../assets/assets.service.js';
import { CONFIG } from '../config.token.js';
import { Database } from '../database/database.js';
import { Files } from '../files/files.service.js';
import { Idempotency } from '../idempotency/idempotency.service.js';
import { Items } from '../items/items.service.js';
import { DeliveryLog } from '../webhooks/delivery-log.js';
import { JobEvents } from './job-events.js';
import { JobStore } from './job-store.js';
import { filesOf } from './job-output.js';
import { Job } from './job.entity.js';
import { NodeCache } from './node-cache.js';

const firstAfterMs = 60_000;
const everyMs = 3_600_000;
const dayMs = 86_400_000;
/** Few at a time, so that nobody waits long for the write queue. */
const jobsPerStep = 50;

/** Removes what nobody needs any more: old jobs with their results unless these are in a project, cache above its limit, blobs without an owner. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Housekeeping');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Database) private readonly database: Database,
    @Inject(JobStore) private readonly store: JobStore,
    @Inject(JobEvents) private readonly events: JobEvents,
    @Inject(NodeCache) private readonly cache: NodeCache,
    @Inject(Files) private readonly files: Files,
    @Inject(Items) private readonly items: Items,
    @Inject(Assets) private readonly assets: Assets,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
    @Inject(DeliveryLog) private readonly deliveries: DeliveryLog,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(firstAfterMs);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  /** One round. */
  async tidy(): Promise<void> {
    await this.removeOldJobs();
    await this.cache.sweep();
    await this.idempotency.expire();
    await this.deliveries.expire();
    await this.assets.collectGarbage();
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      void this.tidy()
        .catch((error: unknown) =>
          this.log.error({ msg: 'housekeeping failed; it is tried again in an hour', err: error }),
        )
        .finally(() => this.schedule(everyMs));
    }, afterMs).unref();
  }

  private async removeOldJobs(): Promise<void> {
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
