import type { Json } from './values.js';

/** The largest seed, 2^64 − 1. */
export const maxSeed = 2n ** 64n - 1n;

/** A seed as JSON gives it: a whole number or a decimal string, −1 to 2^64 − 1. Undefined for anything else. */
export function parseSeed(json: unknown): bigint | undefined {
  if (typeof json === 'number' && Number.isSafeInteger(json) && json >= -1) return BigInt(json);
  if (typeof json !== 'string' || !/^(-1|[0-9]{1,20})$/.test(json)) return undefined;
  const seed = BigInt(json);
  return seed <= maxSeed ? seed : undefined;
}

/** The one way to write a seed as JSON: a number where a double holds it exactly, else a decimal string. */
export function seedToJson(seed: bigint): Json {
  const number = Number(seed);
  return Number.isSafeInteger(number) ? number : seed.toString();
}
