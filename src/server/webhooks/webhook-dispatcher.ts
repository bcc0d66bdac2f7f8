import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Courier, type TryOutcome } from './courier.js';
import { DeliveryQueue, type DueDelivery } from './delivery-queue.js';
import { Outbox } from './outbox.js';
import { webhookSeconds, webhooksInFlight, webhookTries } from './webhook-metrics.js';

/** Deliveries that one webhook gets at the same time: a slow receiver holds up its own and nobody else's. */
const perWebhook = 4;
/** Clocks jump, so nothing is slept through. */
const longestSleepMs = 60_000;
const afterErrorMs = 5_000;

/** Tries deliveries when they are due, from the start of the server to its end. */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly inFlight = new Map<string, Set<string>>();
  private readonly tries = new Set<Promise<void>>();
  private looking: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;

  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(DeliveryQueue) private readonly queue: DeliveryQueue,
    @Inject(Courier) private readonly courier: Courier,
    @Inject(PinoLogger) private readonly log: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.onAdded(() => this.wake());
    this.looking = this.look();
  }

  /** What is under way is given up and due again at the next start. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.looking;
    await Promise.all(this.tries);
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // Taken before looking, so that what comes meanwhile is not overlooked.
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      const sleepMs = await this.start().catch((error: unknown) => {
        this.log.error({ err: error }, 'webhooks: what is due could not be read; it is tried again');
        return afterErrorMs;
      });
      const awake = new AbortController();
      const slept = delay(sleepMs, undefined, { signal: awake.signal, ref: false }).catch(() => undefined);
      await Promise.race([woken, slept]);
      awake.abort();
    }
  }

  /** Begins with everything that is due. @returns how long there is nothing to do */
  private async start(): Promise<number> {
    const { deliveries, nextAt } = await this.queue.due(Date.now(), this.inFlight, perWebhook);
    if (this.stopping.signal.aborted) return 0;
    for (const delivery of deliveries) {
      const tried = this.deliver(delivery).finally(() => this.tries.delete(tried));
      this.tries.add(tried);
    }
    return Math.min(Math.max((nextAt ?? Infinity) - Date.now(), 0), longestSleepMs);
  }

  private async deliver(delivery: DueDelivery): Promise<void> {
    const { id, webhookId, url, message } = delivery;
    const busy = this.inFlight.get(webhookId) ?? new Set();
    this.inFlight.set(webhookId, busy.add(id));
    webhooksInFlight.inc();
    try {
      const outcome = await this.courier.send(url, message, this.stopping.signal);
      await this.record(delivery, outcome);
    } catch (error) {
      if (!this.stopping.signal.aborted) throw error;
    } finally {
      webhooksInFlight.dec();
      busy.delete(id);
      if (busy.size === 0) this.inFlight.delete(webhookId);
      this.wake();
    }
  }

  /** Holds on until it is recorded: a receiver must not be asked over and over because our disk is full. */
  private async record({ id, webhookId }: DueDelivery, outcome: TryOutcome): Promise<void> {
    for (;;) {
      try {
        const status = await this.queue.record(id, outcome);
        webhookTries.inc({ status });
        webhookSeconds.observe(outcome.durationMs / 1000);
        this.log.debug({ deliveryId: id, webhookId, ...outcome, answer: undefined }, `webhook ${status}`);
        return;
      } catch (error) {
        this.log.error({ err: error, deliveryId: id }, 'webhooks: a try could not be recorded');
        await delay(afterErrorMs, undefined, { signal: this.stopping.signal });
      }
    }
  }
}
