import { Injectable } from '@nestjs/common';
import type { Json } from '@atelier/sdk';
import type { EntityManager } from 'typeorm';
import { newId } from '../database/id.js';
import { maxTries } from './schedule.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookEvent } from './webhook-event.entity.js';
import type { EventName, WebhookEventType } from './webhook-event.js';
import { Webhook } from './webhook.entity.js';

export interface OutboxEvent {
  /** null: of interest to every account */
  accountId: string | null;
  type: WebhookEventType;
  data: Record<string, Json>;
}

/** An event for one webhook, whatever that has subscribed to. */
export interface AddressedEvent {
  webhookId: string;
  type: EventName;
  data: Record<string, Json>;
  maxTries: number;
}

/**
 * What webhooks are to be told of. An event is added in the unit of work of what it tells and becomes a delivery for each
 * webhook in the same one: there is no moment at which a crash could lose it.
 */
@Injectable()
export class Outbox {
  private readonly listeners: (() => void)[] = [];

  /** `listen` hears that there may be something to deliver; the unit of work that adds it may be going on still. */
  onAdded(listen: () => void): void {
    this.listeners.push(listen);
  }

  /** Adds an event for all webhooks that have subscribed to it; without any, nothing is kept. */
  async add(manager: EntityManager, { accountId, type, data }: OutboxEvent): Promise<void> {
    const enabled = { enabled: true, ...(accountId === null ? {} : { accountId }) };
    const webhooks = await manager.find(Webhook, { select: { id: true, events: true }, where: enabled });
    const subscribed = webhooks.filter(({ events }) => events.includes(type) || events.includes('*'));
    if (subscribed.length === 0) return;
    const event = await this.insertEvent(manager, type, data);
    for (const { id } of subscribed) await this.deliver(manager, { webhookId: id, eventId: event.id });
  }

  /** @returns the delivery's id */
  async addFor(manager: EntityManager, event: AddressedEvent): Promise<string> {
    const { id } = await this.insertEvent(manager, event.type, event.data);
    return this.deliver(manager, { webhookId: event.webhookId, eventId: id, maxTries: event.maxTries });
  }

  /** Makes a delivery of an event that there is, due at once. @returns its id */
  async deliver(
    manager: EntityManager,
    delivery: Pick<WebhookDelivery, 'webhookId' | 'eventId'> & Partial<WebhookDelivery>,
  ): Promise<string> {
    const now = Date.now();
    const row: WebhookDelivery = {
      id: newId('whd'),
      status: 'pending',
      tries: 0,
      maxTries,
      nextAt: now,
      createdAt: now,
      endedAt: null,
      replayOf: null,
      ...delivery,
    };
    await manager.insert(WebhookDelivery, row);
    this.look();
    return row.id;
  }

  /** Says that there may be something to deliver. */
  look(): void {
    for (const listen of this.listeners) listen();
  }

  private async insertEvent(
    manager: EntityManager,
    type: EventName,
    data: Record<string, Json>,
  ): Promise<WebhookEvent> {
    const createdAt = Date.now();
    const body = JSON.stringify({ event: type, timestamp: new Date(createdAt).toISOString(), data });
    const event: WebhookEvent = { id: newId('evt'), type, body, createdAt };
    await manager.insert(WebhookEvent, event);
    return event;
  }
}
