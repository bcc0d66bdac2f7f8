import { z } from 'zod';
import {
  type DeliveryDetails,
  deliveryStatuses,
  type DeliveryView,
} from '../../server/webhooks/webhook-view.js';
import { pageSchema } from './wire.js';

export const deliveryListQuerySchema = pageSchema.extend({ status: z.enum(deliveryStatuses).optional() });

export const deliverySchema = z
  .object({
    id: z.string(),
    webhook_id: z.string(),
    event_id: z.string().describe('The `webhook-id` header, the same in every try and replay'),
    event: z.string(),
    status: z.enum(deliveryStatuses),
    tries: z.int(),
    next_try_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
    replay_of: z.string().nullable().describe('The delivery whose event this sends once more'),
  })
  .meta({ id: 'Delivery' });

export type DeliveryBody = z.output<typeof deliverySchema>;

const trySchema = z.object({
  number: z.int(),
  at: z.iso.datetime(),
  duration_ms: z.int(),
  status_code: z.int().nullable().describe('Null when there was no answer'),
  error: z.string().nullable().describe('Null when it was delivered'),
  answer: z.string().describe('How the answer begins'),
});

export const deliveryDetailsSchema = deliverySchema
  .extend({ payload: z.string().describe('The body, byte by byte'), log: z.array(trySchema) })
  .meta({ id: 'DeliveryDetails' });

export const deliveryPageSchema = z.object({
  deliveries: z.array(deliverySchema),
  total: z.int(),
  has_more: z.boolean(),
});

export const sendingSchema = z.object({
  delivery_id: z.string().describe('Under this id the log says what comes of it'),
});

export function toDelivery(delivery: DeliveryView): DeliveryBody {
  return {
    id: delivery.id,
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    event: delivery.event,
    status: delivery.status,
    tries: delivery.tries,
    next_try_at: delivery.nextTryAt,
    created_at: delivery.createdAt,
    ended_at: delivery.endedAt,
    replay_of: delivery.replayOf,
  };
}

export function toDeliveryDetails(delivery: DeliveryDetails): z.output<typeof deliveryDetailsSchema> {
  const log = delivery.log.map(({ durationMs, statusCode, ...rest }) => ({
    ...rest,
    duration_ms: durationMs,
    status_code: statusCode,
  }));
  return { ...toDelivery(delivery), payload: delivery.payload, log };
}
