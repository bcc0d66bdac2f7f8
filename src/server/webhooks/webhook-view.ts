import type { EventName, WebhookEventType } from './webhook-event.js';

/** `*`: whatever there is, also what there will be. */
export type Subscription = WebhookEventType | '*';

/** `pending`: a try is due now or later. `failed`: none will follow. */
export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** A webhook as its owner sees it. Times are ISO 8601. */
export interface WebhookView {
  id: string;
  url: string;
  events: Subscription[];
  enabled: boolean;
  disabledReason: string | null;
  /** until when the secret before this one signs as well */
  previousSecretUntil: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface DeliveryView {
  id: string;
  webhookId: string;
  /** the same in every try and replay */
  eventId: string;
  event: EventName;
  status: DeliveryStatus;
  tries: number;
  /** null once it has ended */
  nextTryAt: string | null;
  createdAt: string;
  endedAt: string | null;
  replayOf: string | null;
}

export interface TryView {
  number: number;
  at: string;
  durationMs: number;
  statusCode: number | null;
  error: string | null;
  answer: string;
}

/** A delivery with all that was sent and that came back. */
export interface DeliveryDetails extends DeliveryView {
  /** the body, byte by byte */
  payload: string;
  log: TryView[];
}
