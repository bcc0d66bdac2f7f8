import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, LessThanOrEqual, Not } from 'typeorm';
import { Database } from '../database/database.js';
import type { TryOutcome } from './courier.js';
import { pauseAfter } from './schedule.js';
import type { Message } from './signature.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookEvent } from './webhook-event.entity.js';
import { WebhookTry } from './webhook-try.entity.js';
import { Webhook } from './webhook.entity.js';

export interface DueDelivery {
  id: string;
  webhookId: string;
  url: string;
  message: Message;
}

/** What was found: deliveries to try now, and when to look again. */
export interface Due {
  deliveries: DueDelivery[];
  /** null: nothing waits */
  nextAt: number | null;
}

/** Ids of the deliveries that are being tried, by webhook. */
export type InFlight = ReadonlyMap<string, ReadonlySet<string>>;

const gone = 410;
const goneReason = 'The receiver answered 410, so it wants no more; enable the webhook when it does.';

/** The deliveries that wait. Whatever is not recorded as done is due again after a crash. */
@Injectable()
export class DeliveryQueue {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * What is due, of each webhook at most `room` together with what is in flight. It is read in a unit of work, and so after every
   * one that has begun to add something.
   */
  due(now: number, inFlight: InFlight, room: number): Promise<Due> {
    return this.database.write(async (manager) => {
      const due: Due = { deliveries: [], nextAt: null };
      for (const { webhookId, nextAt } of await nextTries(manager)) {
        const busy = inFlight.get(webhookId) ?? new Set();
        // Whatever of this webhook has ended asks again.
        if (busy.size >= room) continue;
        if (nextAt > now) due.nextAt = Math.min(due.nextAt ?? nextAt, nextAt);
        else due.deliveries.push(...(await this.dueOf(manager, webhookId, now, busy, room)));
      }
      return due;
    });
  }

  private async dueOf(
    manager: EntityManager,
    webhookId: string,
    now: number,
    busy: ReadonlySet<string>,
    room: number,
  ): Promise<DueDelivery[]> {
    const webhook = await manager.findOneByOrFail(Webhook, { id: webhookId });
    const rows = await manager.find(WebhookDelivery, {
      where: { webhookId, status: 'pending', nextAt: LessThanOrEqual(now), id: Not(In([...busy])) },
      order: { nextAt: 'ASC' },
      take: room - busy.size,
    });
    const secrets = liveSecrets(webhook, now);
    const deliveries: DueDelivery[] = [];
    for (const { id, eventId } of rows) {
      const { body } = await manager.findOneByOrFail(WebhookEvent, { id: eventId });
      deliveries.push({ id, webhookId, url: webhook.url, message: { id: eventId, body, secrets } });
    }
    return deliveries;
  }

  /** Keeps what came of a try and plans the next one, if there is to be one. @returns how the delivery stands now */
  record(deliveryId: string, outcome: TryOutcome): Promise<WebhookDelivery['status']> {
    return this.database.write(async (manager) => {
      const delivery = await manager.findOneByOrFail(WebhookDelivery, { id: deliveryId });
      const { at, durationMs, statusCode, error, answer } = outcome;
      const number = delivery.tries + 1;
      await manager.insert(WebhookTry, { deliveryId, number, at, durationMs, statusCode, error, answer });
      const change = { tries: number, ...whatFollows(delivery, outcome) };
      await manager.update(WebhookDelivery, { id: deliveryId }, change);
      if (statusCode === gone) {
        const disabled = { enabled: false, disabledReason: goneReason, updatedAt: Date.now() };
        await manager.update(Webhook, { id: delivery.webhookId }, disabled);
      }
      return change.status;
    });
  }
}

/** When the next delivery of each webhook is to be tried: a look into the index for each, however many wait. */
async function nextTries(manager: EntityManager): Promise<{ webhookId: string; nextAt: number }[]> {
  const rows: { id: string; nextAt: number | null }[] = await manager.query(
    `SELECT id, (SELECT min(next_at) FROM webhook_deliveries WHERE webhook_id = webhooks.id AND status = 'pending') AS nextAt
     FROM webhooks WHERE enabled = 1`,
  );
  return rows.flatMap(({ id, nextAt }) => (nextAt === null ? [] : [{ webhookId: id, nextAt }]));
}

function liveSecrets(webhook: Webhook, now: number): Message['secrets'] {
  const { secret, previousSecret, previousSecretUntil } = webhook;
  return previousSecret !== null && previousSecretUntil !== null && now < previousSecretUntil
    ? [secret, previousSecret]
    : [secret];
}

function whatFollows(
  { tries, maxTries }: WebhookDelivery,
  { error, statusCode, retryAfterMs }: TryOutcome,
): Pick<WebhookDelivery, 'status' | 'nextAt' | 'endedAt'> {
  const now = Date.now();
  if (error === null) return { status: 'delivered', nextAt: null, endedAt: now };
  const pause = statusCode === gone ? null : pauseAfter(tries + 1, maxTries, Math.random(), retryAfterMs);
  if (pause === null) return { status: 'failed', nextAt: null, endedAt: now };
  return { status: 'pending', nextAt: now + pause, endedAt: null };
}
