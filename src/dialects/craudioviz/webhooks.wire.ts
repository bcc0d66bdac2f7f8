import { z } from 'zod';
import { webhookEventTypes } from '../../server/webhooks/webhook-event.js';
import type { WebhookView } from '../../server/webhooks/webhook-view.js';
import type { WebhookWithSecret } from '../../server/webhooks/webhooks.service.js';
import { bodySchema } from './wire.js';

const urlSchema = z
  .string()
  .min(1)
  .max(2048)
  .describe('An http or https address in public; redirects are not followed');

const eventsSchema = z
  .array(z.enum([...webhookEventTypes, '*']))
  .min(1)
  .max(webhookEventTypes.length + 1)
  .describe('What to be told of; `*` is everything');

const secretSchema = z
  .string()
  .regex(/^[\x20-\x7e]{1,256}$/, 'must have 1 to 256 characters of ASCII')
  .describe('Signs what is sent; left out, one is made. One that begins with `whsec_` is a key in base64');

export const createWebhookSchema = bodySchema({
  url: urlSchema,
  events: eventsSchema,
  secret: secretSchema.optional(),
});

export const changeWebhookSchema = bodySchema({
  url: urlSchema.optional(),
  events: eventsSchema.optional(),
  enabled: z.boolean().optional().describe('While it is not, nothing is sent and no event is kept for it'),
});

export const rotateSecretSchema = bodySchema({ secret: secretSchema.optional() }).optional();

export const webhookSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    events: eventsSchema,
    enabled: z.boolean(),
    disabled_reason: z.string().nullable().describe('Why, when it was not its owner who disabled it'),
    previous_secret_until: z.iso
      .datetime()
      .nullable()
      .describe('Until then the secret before this one signs as well'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Webhook' });

export type WebhookBody = z.output<typeof webhookSchema>;

export const webhookWithSecretSchema = webhookSchema
  .extend({ secret: z.string().describe('Shown this once') })
  .meta({ id: 'WebhookWithSecret' });

export const webhookPageSchema = z.object({
  webhooks: z.array(webhookSchema),
  total: z.int(),
  has_more: z.boolean(),
});

export function toWebhook(webhook: WebhookView): WebhookBody {
  return {
    id: webhook.id,
    url: webhook.url,
    events: webhook.events,
    enabled: webhook.enabled,
    disabled_reason: webhook.disabledReason,
    previous_secret_until: webhook.previousSecretUntil,
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
  };
}

export function toWebhookWithSecret(webhook: WebhookWithSecret): z.output<typeof webhookWithSecretSchema> {
  return { ...toWebhook(webhook), secret: webhook.secret };
}
