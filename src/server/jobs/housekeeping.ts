import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Assets } from '../assets/assets.service.js';
import { Idempotency } from '../idempotency/idempotency.service.js';
import { DeliveryLog } from '../webhooks/delivery-log.js';
import { NodeCache } from './node-cache.js';
import { OldJobs } from './old-jobs.js';

const firstAfterMs = 60_000;
const everyMs = 3_600_000;

/** Removes what nobody needs any more: old jobs, cache above its limit, blobs without an owner. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(NodeCache) private readonly cache: NodeCache,
    @Inject(OldJobs) private readonly oldJobs: OldJobs,
    @Inject(Assets) private readonly assets: Assets,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
    @Inject(DeliveryLog) private readonly deliveries: DeliveryLog,
    @Inject(PinoLogger) private readonly log: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(firstAfterMs);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  /** One round. */
  async tidy(): Promise<void> {
    await this.oldJobs.remove();
    await this.cache.sweep();
    await this.idempotency.expire();
    await this.deliveries.expire();
    await this.assets.collectGarbage();
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      void this.tidy()
        .catch((error: unknown) =>
          this.log.error({ error }, 'housekeeping failed; it is tried again in an hour'),
        )
        .finally(() => this.schedule(everyMs));
    }, afterMs).unref();
  }
}
