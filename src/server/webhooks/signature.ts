import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** What is signed, and with what; the first secret is the present one. */
export interface Message {
  id: string;
  body: string;
  secrets: readonly [string, ...string[]];
}

/** A secret in the form of https://www.standardwebhooks.com: 256 bits. */
export function newSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/**
 * The headers that show a receiver who sends: those of Standard Webhooks, signed with every live secret, and craudioviz' own,
 * which has room for one.
 */
export function signatureHeaders({ id, body, secrets }: Message, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => `v1,${hmac(keyOf(secret), signed).toString('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
    'x-craudioviz-signature': hmac(Buffer.from(secrets[0]), body).toString('hex'),
  };
}

/** A secret of ours holds its key in base64; one that somebody has made up is its own key. */
function keyOf(secret: string): Buffer {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  return base64 === undefined ? Buffer.from(secret) : Buffer.from(base64, 'base64');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
