import type { WebhookEventType } from './webhook-event.js';

/** `*`: whatever there is, also what there will be. */
export type Subscription = WebhookEventType | '*';

/** `pending`: a try is due now or later. `failed`: none will follow. */
export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];
