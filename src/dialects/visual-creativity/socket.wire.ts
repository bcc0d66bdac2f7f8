import { z } from 'zod';
import { type GenerationStatus, type StatusBody, generateSchema } from './generate.wire.js';
import { type ErrorBody, idSchema } from './wire.js';

/** Comes back in the answer to the message. */
const requestId = z
  .union([z.string().max(128), z.number()], { error: 'must be text or a number' })
  .optional();

export const envelopeSchema = z.object({ type: z.string(), request_id: z.unknown().optional() });

/** What may be sent over `/v1/ws`, by its `type`. */
export const messageSchemas = {
  auth: z.object({ api_key: z.string({ error: 'is required' }).max(10_000), request_id: requestId }),
  generate: generateSchema.extend({ request_id: requestId }),
  subscribe: z.object({ id: idSchema, request_id: requestId }),
  cancel: z.object({ id: idSchema, request_id: requestId }),
  ping: z.object({ request_id: requestId }),
};

export type MessageType = keyof typeof messageSchemas;
export const messageTypes = Object.keys(messageSchemas) as MessageType[];

export type RequestId = z.output<typeof requestId>;
type Answering = { request_id?: RequestId };

export type Answer =
  | ({ type: 'authenticated' | 'pong' } & Answering)
  | ({ type: 'accepted' } & Answering & StatusBody)
  | ({ type: 'progress' | Exclude<GenerationStatus, 'queued' | 'processing'> } & StatusBody)
  | ({ type: 'error' } & Answering & ErrorBody);
