import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether the API has sent it.
 * @param payload the raw body, byte by byte: JSON that was parsed and written again has other bytes
 * @param signature the header `x-craudioviz-signature`
 */
export function verifyWebhook(
  payload: string | Uint8Array,
  signature: string | string[] | undefined,
  secret: string,
): boolean {
  if (typeof signature !== 'string') return false;
  const digest = Buffer.from(createHmac('sha256', secret).update(payload).digest('hex'));
  const given = Buffer.from(signature);
  return given.length === digest.length && timingSafeEqual(given, digest);
}
