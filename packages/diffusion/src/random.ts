const WORDS = 624;
const SHIFT = 397;
/** `normal_fill` of torch works on blocks of this many values. */
const BLOCK = 16;
const HALF = BLOCK / 2;

const round = Math.fround;

/**
 * The random numbers of `torch.Generator('cpu')`, so that a seed gives the picture that it gives in diffusers. Calls on one
 * generator continue its sequence, as in torch.
 *
 * Torch itself differs by the processor's vector units; against its numbers on AVX-512 the error is below 1e-6.
 * Sources in pytorch: ATen/core/MT19937RNGEngine.h, ATen/core/DistributionsHelper.h,
 * ATen/native/cpu/DistributionTemplates.h (`normal_fill`).
 */
export class TorchGenerator {
  readonly #state: Uint32Array;
  #next = WORDS;
  /** The sine partner of the last value drawn one by one; torch keeps it on the generator, between calls. */
  #partner: number | null = null;

  /**
   * @param seed the lowest 32 bits count, negative seeds wrap; a `number` must be a whole one within ±(2^53 − 1)
   * @throws RangeError
   */
  constructor(seed: bigint | number) {
    if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
      throw new RangeError(
        'A seed given as a number must be whole and within ±(2^53 − 1); give a bigint instead.',
      );
    }
    this.#state = seededState(Number(BigInt.asUintN(32, BigInt(seed))));
  }

  /**
   * The next `count` values of the standard normal distribution, as `torch.randn` of as many elements draws them.
   * @param count a whole number from 0
   * @throws RangeError
   */
  randn(count: number): Float32Array {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError('The count of random numbers must be a whole number from 0.');
    }
    const values = new Float32Array(count);
    if (count < BLOCK) this.#fillOneByOne(values);
    else this.#fillBlocks(values);
    return values;
  }

  #fillBlocks(values: Float32Array): void {
    this.#fillUniform(values, 0);
    for (let start = 0; start + BLOCK <= values.length; start += BLOCK) toNormal(values, start);
    if (values.length % BLOCK === 0) return;
    // Torch draws the last block anew, over what it has of the one before.
    this.#fillUniform(values, values.length - BLOCK);
    toNormal(values, values.length - BLOCK);
  }

  #fillUniform(values: Float32Array, start: number): void {
    for (let i = start; i < values.length; i++) values[i] = (this.#uint32() & 0xffffff) / 2 ** 24;
  }

  #fillOneByOne(values: Float32Array): void {
    for (let i = 0; i < values.length; i++) values[i] = this.#normal();
  }

  #normal(): number {
    if (this.#partner !== null) {
      const value = this.#partner;
      this.#partner = null;
      return value;
    }
    const angle = 2 * Math.PI * this.#uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()));
    this.#partner = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  #uniform53(): number {
    const high = this.#uint32() & 0x1fffff;
    return (high * 2 ** 32 + this.#uint32()) / 2 ** 53;
  }

  #uint32(): number {
    if (this.#next === WORDS) {
      twist(this.#state);
      this.#next = 0;
    }
    let word = this.#state[this.#next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }
}

/** Initialisation of MT19937 by Makoto Matsumoto and Takuji Nishimura (2002). */
function seededState(seed: number): Uint32Array {
  const state = new Uint32Array(WORDS);
  state[0] = seed;
  for (let i = 1; i < WORDS; i++) {
    const previous = state[i - 1]!;
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  return state;
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < WORDS; i++) {
    const joined = (state[i]! & 0x80000000) | (state[(i + 1) % WORDS]! & 0x7fffffff);
    state[i] = state[(i + SHIFT) % WORDS]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
  }
}

/** Box-Muller over one block of uniform values, rounded to float32 where torch's is. */
function toNormal(values: Float32Array, start: number): void {
  for (let i = start; i < start + HALF; i++) {
    const radius = round(Math.sqrt(round(-2 * round(Math.log(round(1 - values[i]!))))));
    const angle = round(round(2 * Math.PI) * values[i + HALF]!);
    values[i] = radius * round(Math.cos(angle));
    values[i + HALF] = radius * round(Math.sin(angle));
  }
}
