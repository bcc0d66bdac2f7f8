import { createHash, randomBytes } from 'node:crypto';

const pattern = /^atl_(live|test)_[\w-]{43}$/;

/** A new API key of 256 random bits; a sandbox key is recognised by its `test`. */
export function newKey(sandbox: boolean): string {
  return `atl_${sandbox ? 'test' : 'live'}_${randomBytes(32).toString('base64url')}`;
}

/** Whether a text can be a key at all. */
export function looksLikeKey(text: string): boolean {
  return pattern.test(text);
}

/** What is shown of a key, so that its owner recognises it: the kind and 6 of the 43 characters. */
export function prefixOf(key: string): string {
  return key.slice(0, 15);
}

/**
 * What is stored of a key: its SHA-256, in hex. Slow hashes make up for passwords that can be guessed; nobody guesses 256
 * random bits, so a fast one is as safe, and it is computed on every request. Looking it up in an index leaks nothing
 * either: whoever measures how far a digest agrees still knows no key that has it.
 */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
