import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Settlements } from './settlements.js';

const everyMs = 60_000;

/** Takes up purchases whose end nobody has seen: a server ended in their midst, or the payment service did not answer. */
@Injectable()
export class PurchaseRecovery implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    @Inject(Settlements) private readonly settlements: Settlements,
    @Inject(PinoLogger) private readonly log: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    void this.round();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async round(): Promise<void> {
    await this.settleAll().catch((error: unknown) =>
      this.log.error({ error }, 'purchases could not be looked after; it is tried again in a minute'),
    );
    if (!this.stopped) this.timer = setTimeout(() => void this.round(), everyMs).unref();
  }

  /** One after the other: a payment service in trouble is not to be asked for all at once. */
  private async settleAll(): Promise<void> {
    for (const purchase of await this.settlements.pending()) {
      if (this.stopped) return;
      await this.settlements
        .settle(purchase)
        .then(({ status }) => this.log.info({ purchaseId: purchase.id }, `purchase ${status}`))
        .catch((error: unknown) =>
          this.log.warn({ error, purchaseId: purchase.id }, 'purchase is still pending'),
        );
    }
  }
}
