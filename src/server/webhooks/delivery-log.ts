import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { type EntityManager, In, LessThan } from 'typeorm';
import { Database } from '../database/database.js';
import { Outbox } from './outbox.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookEvent } from './webhook-event.entity.js';
import { WebhookTry } from './webhook-try.entity.js';
import type { DeliveryDetails, DeliveryStatus, DeliveryView, TryView } from './webhook-view.js';
import { requireEnabled, requireWebhook } from './webhooks.service.js';

export type DeliveryPage = { limit: number; offset: number; status?: DeliveryStatus };

const keptMs = 30 * 86_400_000;
/** Few at a time, so that nobody waits long for the write queue. */
const rowsPerStep = 50;

/** What was sent to webhooks and what came of it, for 30 days. */
@Injectable()
export class DeliveryLog {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** Newest first. @throws Failure `not-found` */
  async list(
    accountId: string,
    webhookId: string,
    { limit, offset, status }: DeliveryPage,
  ): Promise<{ deliveries: DeliveryView[]; total: number }> {
    const { read } = this.database;
    await requireWebhook(read, accountId, webhookId);
    const [rows, total] = await read.findAndCount(WebhookDelivery, {
      where: { webhookId, ...(status === undefined ? {} : { status }) },
      order: { id: 'DESC' },
      take: limit,
      skip: offset,
    });
    const events = await read.findBy(WebhookEvent, { id: In(rows.map(({ eventId }) => eventId)) });
    const byId = new Map(events.map((event) => [event.id, event]));
    return { deliveries: rows.map((row) => viewOf(row, byId.get(row.eventId)!)), total };
  }

  /** @throws Failure `not-found` */
  async get(accountId: string, webhookId: string, id: string): Promise<DeliveryDetails> {
    const { read } = this.database;
    await requireWebhook(read, accountId, webhookId);
    const row = await requireDelivery(read, webhookId, id);
    const event = await read.findOneByOrFail(WebhookEvent, { id: row.eventId });
    const tries = await read.find(WebhookTry, { where: { deliveryId: id }, order: { number: 'ASC' } });
    return { ...viewOf(row, event), payload: event.body, log: tries.map(tryViewOf) };
  }

  /**
   * Sends the same event once more, under the same id, however the first delivery has ended.
   * @returns the new delivery's id
   * @throws Failure `not-found`, `conflict` for a webhook that is disabled
   */
  replay(accountId: string, webhookId: string, id: string): Promise<string> {
    return this.database.write(async (manager) => {
      requireEnabled(await requireWebhook(manager, accountId, webhookId));
      const { eventId, maxTries } = await requireDelivery(manager, webhookId, id);
      return this.outbox.deliver(manager, { webhookId, eventId, maxTries, replayOf: id });
    });
  }

  /** Removes what is older than 30 days, delivered or not. Called now and then. */
  async expire(): Promise<void> {
    let removed = rowsPerStep;
    while (removed === rowsPerStep)
      removed = await this.database.write((manager) => this.expireSome(manager));
  }

  private async expireSome(manager: EntityManager): Promise<number> {
    const old = await manager.find(WebhookDelivery, {
      select: { id: true, eventId: true },
      where: { createdAt: LessThan(Date.now() - keptMs) },
      take: rowsPerStep,
    });
    for (const { id, eventId } of old) {
      await manager.delete(WebhookTry, { deliveryId: id });
      await manager.delete(WebhookDelivery, { id });
      if (!(await manager.existsBy(WebhookDelivery, { eventId })))
        await manager.delete(WebhookEvent, { id: eventId });
    }
    return old.length;
  }
}

async function requireDelivery(
  manager: EntityManager,
  webhookId: string,
  id: string,
): Promise<WebhookDelivery> {
  const row = await manager.findOneBy(WebhookDelivery, { id, webhookId });
  if (row !== null) return row;
  const shown = id.slice(0, 64);
  throw new Failure('not-found', `There is no delivery ${shown}; they are kept for 30 days.`, {
    kind: 'delivery',
    id: shown,
  });
}

function viewOf(row: WebhookDelivery, { type }: WebhookEvent): DeliveryView {
  const { id, webhookId, eventId, status, tries, nextAt, createdAt, endedAt, replayOf } = row;
  return {
    id,
    webhookId,
    eventId,
    event: type,
    status,
    tries,
    nextTryAt: nextAt === null ? null : new Date(nextAt).toISOString(),
    createdAt: new Date(createdAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    replayOf,
  };
}

function tryViewOf({ number, at, durationMs, statusCode, error, answer }: WebhookTry): TryView {
  return { number, at: new Date(at).toISOString(), durationMs, statusCode, error, answer };
}
