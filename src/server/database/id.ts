import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id such as `job_01k8…`: the prefix, 48 bits of time and 80 random bits in Crockford's base 32, as in a ULID
 * (https://github.com/ulid/spec). Ids made later sort later, to the millisecond, so rows are appended to their index.
 */
export function newId(prefix: string): string {
  const time = encode(BigInt(Date.now()), 10);
  const random = encode(BigInt(`0x${randomBytes(10).toString('hex')}`), 16);
  return `${prefix}_${time}${random}`;
}

function encode(value: bigint, digits: number): string {
  let text = '';
  for (let rest = value; text.length < digits; rest >>= 5n) text = alphabet[Number(rest & 31n)] + text;
  return text;
}
