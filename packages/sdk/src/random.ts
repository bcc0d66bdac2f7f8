import type { Random } from './context.js';

const mask = 2n ** 64n - 1n;

/**
 * Random numbers by xoshiro256**, whose state SplitMix64 makes from the seed, as its authors advise.
 * @param seed the lowest 64 bits count; a `number` must be a whole one within ±(2^53 − 1), else a RangeError is thrown
 */
export function createRandom(seed: bigint | number): Random {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new RangeError(
      'A seed given as a number must be whole and within ±(2^53 − 1); give a bigint instead.',
    );
  }
  const mix = splitmix64(BigInt(seed));
  const generator = new Xoshiro256([mix(), mix(), mix(), mix()]);
  return {
    next: () => generator.next53() / 2 ** 53,
    below(bound) {
      if (!Number.isSafeInteger(bound) || bound < 1) {
        throw new RangeError('The bound of a random number must be a whole number from 1 to 2^53 − 1.');
      }
      // Numbers past the last whole multiple of the bound would make the low results likelier.
      const fair = 2 ** 53 - (2 ** 53 % bound);
      let number = generator.next53();
      while (number >= fair) number = generator.next53();
      return number % bound;
    },
  };
}

/**
 * SplitMix64, public domain, by Sebastiano Vigna: https://prng.di.unimi.it/splitmix64.c
 * @returns a function that gives the next 64-bit number
 */
export function splitmix64(seed: bigint): () => bigint {
  let state = seed & mask;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return z ^ (z >> 31n);
  };
}

/**
 * xoshiro256**, public domain, by David Blackman and Sebastiano Vigna: https://prng.di.unimi.it/xoshiro256starstar.c
 * Each 64-bit word is kept as two halves of 32 bits, which is some seven times as fast as a bigint.
 */
export class Xoshiro256 {
  /** The last number's halves. */
  high = 0;
  low = 0;
  /** high and low half of s0, s1, s2, s3 */
  readonly #state: Uint32Array;

  constructor(state: readonly [bigint, bigint, bigint, bigint]) {
    this.#state = Uint32Array.from(
      state.flatMap((word) => [Number(word >> 32n), Number(word & 0xffffffffn)]),
    );
  }

  /** The upper 53 bits of the next number. */
  next53(): number {
    this.advance();
    return this.high * 2 ** 21 + (this.low >>> 11);
  }

  advance(): void {
    const s = this.#state;
    const high = s[2]!;
    const low = s[3]!;
    this.high = high;
    this.low = low;
    this.#shiftAdd(2); // × 5
    this.#rotate(7);
    this.#shiftAdd(3); // × 9

    s[4]! ^= s[0]!;
    s[5]! ^= s[1]!;
    s[6]! ^= s[2]!;
    s[7]! ^= s[3]!;
    s[2]! ^= s[4]!;
    s[3]! ^= s[5]!;
    s[0]! ^= s[6]!;
    s[1]! ^= s[7]!;
    s[4]! ^= (high << 17) | (low >>> 15);
    s[5]! ^= low << 17;
    // Rotated by 45 = 32 + 13, so the halves change places.
    [s[6], s[7]] = [(s[7]! << 13) | (s[6]! >>> 19), (s[6]! << 13) | (s[7]! >>> 19)];
  }

  #shiftAdd(bits: number): void {
    const { high, low } = this;
    const sum = low + ((low << bits) >>> 0);
    const carry = sum > 0xffffffff ? 1 : 0;
    this.high = (high + ((high << bits) | (low >>> (32 - bits))) + carry) >>> 0;
    this.low = sum >>> 0;
  }

  #rotate(bits: number): void {
    const { high, low } = this;
    this.high = ((high << bits) | (low >>> (32 - bits))) >>> 0;
    this.low = ((low << bits) | (high >>> (32 - bits))) >>> 0;
  }
}
