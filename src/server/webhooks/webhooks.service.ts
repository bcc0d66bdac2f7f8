import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { EntityManager } from 'typeorm';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';
import { Database } from '../database/database.js';
import { newId } from '../database/id.js';
import { Outbox } from './outbox.js';
import { refusalOf } from './receiver-url.js';
import { newSecret } from './signature.js';
import type { Subscription, WebhookView } from './webhook-view.js';
import { Webhook } from './webhook.entity.js';

export interface WebhookRequest {
  url: string;
  events: Subscription[];
  /** left out: a new one */
  secret?: string;
}

export type WebhookChange = Partial<Pick<WebhookRequest, 'url' | 'events'> & { enabled: boolean }>;

/** A webhook when it is made or gets another secret: the only times at which that is shown. */
export interface WebhookWithSecret extends WebhookView {
  secret: string;
}

const perAccount = 20;
const overlapMs = 86_400_000;

/** The addresses at which accounts want to be told of events. */
@Injectable()
export class Webhooks {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'webhookAllowLoopback'>,
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** @throws Failure `invalid-input` for an address that is not public, `conflict` when the account has enough */
  async create(accountId: string, request: WebhookRequest): Promise<WebhookWithSecret> {
    this.checkUrl(request.url);
    const now = Date.now();
    const row: Webhook = {
      id: newId('wh'),
      accountId,
      url: request.url,
      events: [...new Set(request.events)],
      enabled: true,
      disabledReason: null,
      secret: request.secret ?? newSecret(),
      previousSecret: null,
      previousSecretUntil: null,
      createdAt: now,
      updatedAt: now,
    };
    await this.database.write(async (manager) => {
      if ((await manager.countBy(Webhook, { accountId })) >= perAccount) {
        throw new Failure('conflict', `You have ${perAccount} webhooks already; delete one first.`);
      }
      await manager.insert(Webhook, row);
    });
    return { ...viewOf(row), secret: row.secret };
  }

  /** Newest first. */
  async list(
    accountId: string,
    page: { limit: number; offset: number },
  ): Promise<{ webhooks: WebhookView[]; total: number }> {
    const [rows, total] = await this.database.read.findAndCount(Webhook, {
      where: { accountId },
      order: { id: 'DESC' },
      take: page.limit,
      skip: page.offset,
    });
    return { webhooks: rows.map(viewOf), total };
  }

  /** @throws Failure `not-found` also for another account's webhook */
  async get(accountId: string, id: string): Promise<WebhookView> {
    return viewOf(await requireWebhook(this.database.read, accountId, id));
  }

  /** Changes what is named and leaves the rest. @throws Failure `not-found`, `invalid-input` */
  async change(accountId: string, id: string, change: WebhookChange): Promise<WebhookView> {
    if (change.url !== undefined) this.checkUrl(change.url);
    const { url, events, enabled } = change;
    return this.update(accountId, id, () => ({
      ...(url === undefined ? {} : { url }),
      ...(events === undefined ? {} : { events: [...new Set(events)] }),
      ...(enabled === undefined ? {} : { enabled, disabledReason: null }),
    }));
  }

  /** The secret before goes on signing for a day, beside the new one. @throws Failure `not-found` */
  async rotateSecret(accountId: string, id: string, secret = newSecret()): Promise<WebhookWithSecret> {
    const view = await this.update(accountId, id, (row) => ({
      secret,
      previousSecret: row.secret,
      previousSecretUntil: Date.now() + overlapMs,
    }));
    return { ...view, secret };
  }

  /** What was not delivered yet is not. @throws Failure `not-found` */
  async delete(accountId: string, id: string): Promise<void> {
    await this.database.write(async (manager) => {
      await requireWebhook(manager, accountId, id);
      await manager.delete(Webhook, { id });
    });
  }

  /** Sends an event of its own, once. @returns the delivery's id @throws Failure `not-found`, `conflict` for one that is disabled */
  test(accountId: string, id: string): Promise<string> {
    return this.database.write(async (manager) => {
      requireEnabled(await requireWebhook(manager, accountId, id));
      const data = { webhook_id: id, message: 'This is a test; nothing has happened.' };
      return this.outbox.addFor(manager, { webhookId: id, type: 'webhook.test', data, maxTries: 1 });
    });
  }

  private update(
    accountId: string,
    id: string,
    change: (row: Webhook) => Partial<Webhook>,
  ): Promise<WebhookView> {
    return this.database.write(async (manager) => {
      const row = await requireWebhook(manager, accountId, id);
      const changed = { ...row, ...change(row), updatedAt: Date.now() };
      await manager.update(Webhook, { id }, changed);
      // What has waited while it was disabled may be due.
      this.outbox.look();
      return viewOf(changed);
    });
  }

  private checkUrl(url: string): void {
    const refusal = refusalOf(url, this.config.webhookAllowLoopback);
    if (refusal === null) return;
    const problems = [{ pointer: '/url', message: refusal }];
    throw new Failure('invalid-input', `/url: ${refusal}.`, { problems });
  }
}

/** @throws Failure `not-found` also for another account's webhook */
export async function requireWebhook(
  manager: EntityManager,
  accountId: string,
  id: string,
): Promise<Webhook> {
  const row = await manager.findOneBy(Webhook, { id, accountId });
  if (row !== null) return row;
  const shown = id.slice(0, 64);
  throw new Failure('not-found', `There is no webhook ${shown}.`, { kind: 'webhook', id: shown });
}

/** @throws Failure `conflict` */
export function requireEnabled({ enabled }: Webhook): void {
  if (!enabled) throw new Failure('conflict', 'The webhook is disabled; enable it first.');
}

function viewOf(row: Webhook): WebhookView {
  const { id, url, events, enabled, disabledReason, previousSecretUntil, createdAt, updatedAt } = row;
  const overlaps = previousSecretUntil !== null && previousSecretUntil > Date.now();
  return {
    id,
    url,
    events,
    enabled,
    disabledReason,
    previousSecretUntil: overlaps ? new Date(previousSecretUntil).toISOString() : null,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}
