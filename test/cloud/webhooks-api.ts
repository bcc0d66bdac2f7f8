import { until } from '../faults/processes.js';
import { call } from '../harness/api.js';
import type { TestServer } from '../harness/server.js';

type Access = Pick<TestServer, 'url' | 'key'>;

export interface WebhookAnswer {
  id: string;
  url: string;
  events: string[];
  enabled: boolean;
  disabled_reason: string | null;
  previous_secret_until: string | null;
  secret?: string;
}

export interface DeliveryAnswer {
  id: string;
  event_id: string;
  event: string;
  status: 'pending' | 'delivered' | 'failed';
  tries: number;
  next_try_at: string | null;
  replay_of: string | null;
  payload: string;
  log: {
    number: number;
    status_code: number | null;
    error: string | null;
    answer: string;
    duration_ms: number;
  }[];
}

export async function addWebhook(
  server: Access,
  url: string,
  events: string[],
  secret?: string,
): Promise<WebhookAnswer & { secret: string }> {
  const { status, body } = await call<WebhookAnswer & { secret: string }>(server, 'POST', '/v1/webhooks', {
    body: { url, events, secret },
  });
  if (status !== 201) throw new Error(`The webhook was not made: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** @returns the delivery's id */
export async function sendTest(server: Access, webhookId: string): Promise<string> {
  const { status, body } = await call<{ delivery_id: string }>(
    server,
    'POST',
    `/v1/webhooks/${webhookId}/test`,
  );
  if (status !== 202) throw new Error(`The test was not sent: ${status} ${JSON.stringify(body)}`);
  return body.delivery_id;
}

export async function delivery(server: Access, webhookId: string, id: string): Promise<DeliveryAnswer> {
  return (await call<DeliveryAnswer>(server, 'GET', `/v1/webhooks/${webhookId}/deliveries/${id}`)).body;
}

export async function deliveries(server: Access, webhookId: string): Promise<DeliveryAnswer[]> {
  const route = `/v1/webhooks/${webhookId}/deliveries?limit=100`;
  return (await call<{ deliveries: DeliveryAnswer[] }>(server, 'GET', route)).body.deliveries;
}

/** Waits until so many tries are in the log. */
export async function untilTried(
  server: Access,
  webhookId: string,
  id: string,
  tries = 1,
): Promise<DeliveryAnswer> {
  let found = await delivery(server, webhookId, id);
  await until(
    async () => (found = await delivery(server, webhookId, id)).tries >= tries,
    `${tries} tries`,
    30_000,
  );
  return found;
}
