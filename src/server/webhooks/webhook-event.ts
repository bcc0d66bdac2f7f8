/** What subscribers are told of, in the words of both documents. */
export const webhookEventTypes = [
  'job.completed',
  'job.failed',
  'credits.low',
  'generation.completed',
  'generation.failed',
  'model.updated',
  'style.added',
] as const;

export type WebhookEventType = (typeof webhookEventTypes)[number];

/** `webhook.test` is sent on request and to one webhook only. */
export type EventName = WebhookEventType | 'webhook.test';
