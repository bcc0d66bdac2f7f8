import type { Deleted, Page, PageOf, RequestOptions } from './options.js';
import { route, type Transport } from './transport.js';

export type WebhookEvent =
  | 'job.completed'
  | 'job.failed'
  | 'credits.low'
  | 'generation.completed'
  | 'generation.failed'
  | 'model.updated'
  | 'style.added'
  | '*';

export interface Webhook {
  id: string;
  url: string;
  events: WebhookEvent[];
  enabled: boolean;
  disabled_reason: string | null;
  previous_secret_until: string | null;
  created_at: string;
  updated_at: string;
}

export interface WebhookWithSecret extends Webhook {
  /** Shown this once */
  secret: string;
}

type DeliveryStatus = 'pending' | 'delivered' | 'failed';

export interface Delivery {
  id: string;
  webhook_id: string;
  /** The `webhook-id` header, the same in every try and replay */
  event_id: string;
  event: string;
  status: DeliveryStatus;
  tries: number;
  next_try_at: string | null;
  created_at: string;
  ended_at: string | null;
  replay_of: string | null;
}

export interface DeliveryDetails extends Delivery {
  /** The body, byte by byte */
  payload: string;
  log: {
    number: number;
    at: string;
    duration_ms: number;
    status_code: number | null;
    error: string | null;
    answer: string;
  }[];
}

interface WebhookFields {
  url: string;
  events: WebhookEvent[];
}

interface Sending {
  delivery_id: string;
}

export class Webhooks {
  constructor(private readonly transport: Transport) {}

  /** Without a secret one is made. */
  create(
    fields: WebhookFields & { secret?: string },
    { signal }: RequestOptions = {},
  ): Promise<WebhookWithSecret> {
    return this.transport.post('/webhooks', { body: fields, signal });
  }

  list(page: Page = {}, { signal }: RequestOptions = {}): Promise<PageOf<'webhooks', Webhook>> {
    return this.transport.get('/webhooks', { query: { ...page }, signal });
  }

  get(id: string, { signal }: RequestOptions = {}): Promise<Webhook> {
    return this.transport.get(route`/webhooks/${id}`, { signal });
  }

  update(
    id: string,
    fields: Partial<WebhookFields> & { enabled?: boolean },
    { signal }: RequestOptions = {},
  ): Promise<Webhook> {
    return this.transport.patch(route`/webhooks/${id}`, { body: fields, signal });
  }

  delete(id: string, { signal }: RequestOptions = {}): Promise<Deleted> {
    return this.transport.delete(route`/webhooks/${id}`, { signal });
  }

  /** Sends a `webhook.test` event, once. */
  test(id: string, { signal }: RequestOptions = {}): Promise<Sending> {
    return this.transport.post(route`/webhooks/${id}/test`, { signal });
  }

  /** What it was sent in 30 days, the newest first. */
  deliveries(
    id: string,
    page: Page & { status?: DeliveryStatus } = {},
    { signal }: RequestOptions = {},
  ): Promise<PageOf<'deliveries', Delivery>> {
    return this.transport.get(route`/webhooks/${id}/deliveries`, { query: { ...page }, signal });
  }

  delivery(id: string, deliveryId: string, { signal }: RequestOptions = {}): Promise<DeliveryDetails> {
    return this.transport.get(route`/webhooks/${id}/deliveries/${deliveryId}`, { signal });
  }

  /** Sends the same event once more, under the same id. */
  replay(id: string, deliveryId: string, { signal }: RequestOptions = {}): Promise<Sending> {
    return this.transport.post(route`/webhooks/${id}/deliveries/${deliveryId}/replay`, { signal });
  }
}
