import { createHash } from 'node:crypto';
import { Failure, type Json } from '@atelier/sdk';
import type { FastifyRequest } from 'fastify';
import { canonicalJson } from '../../engine/json.js';
import type { RepeatableRequest } from './idempotency.service.js';

/**
 * A submit that may be sent again, by its Idempotency-Key; undefined where it has none.
 * @throws Failure `invalid-input` for a key that is no printable text of 1 to 255 characters
 */
export function repeatable(
  request: FastifyRequest,
  accountId: string,
  body: Json,
): RepeatableRequest | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new Failure('invalid-input', 'Idempotency-Key takes 1 to 255 printable characters without spaces.');
  }
  const [path] = request.url.split('?', 1);
  const fingerprint = createHash('sha256')
    .update(`${path}\n${canonicalJson(body)}`)
    .digest('hex');
  return { accountId, key, fingerprint };
}
