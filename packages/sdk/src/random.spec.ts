import { createRandom, splitmix64, Xoshiro256 } from './random.js';

function take<Value>(count: number, next: () => Value): Value[] {
  return Array.from({ length: count }, next);
}

describe('random numbers', () => {
  it('are seeded by SplitMix64, with the outputs for 1234567 that its implementations agree on', () => {
    expect(take(5, splitmix64(1234567n))).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });

  it('come from xoshiro256**, with the outputs of the reference implementation for the state 1, 2, 3, 4', () => {
    const generator = new Xoshiro256([1n, 2n, 3n, 4n]);
    const next = (): bigint => {
      generator.advance();
      return (BigInt(generator.high) << 32n) | BigInt(generator.low);
    };
    expect(take(10, next)).toEqual([
      11520n,
      0n,
      1509978240n,
      1215971899390074240n,
      1216172134540287360n,
      607988272756665600n,
      16172922978634559625n,
      8476171486693032832n,
      10595114339597558777n,
      2904607092377533576n,
    ]);
  });

  it('agree with the definition of xoshiro256** in integers of 64 bits', () => {
    const mask = 2n ** 64n - 1n;
    const rotate = (word: bigint, bits: bigint): bigint => ((word << bits) | (word >> (64n - bits))) & mask;
    const mix = splitmix64(99n);
    let [s0, s1, s2, s3] = [mix(), mix(), mix(), mix()];
    const generator = new Xoshiro256([s0, s1, s2, s3]);
    for (let turn = 0; turn < 10_000; turn += 1) {
      const expected = (rotate((s1 * 5n) & mask, 7n) * 9n) & mask;
      const shifted = (s1 << 17n) & mask;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = rotate(s3, 45n);
      generator.advance();
      expect((BigInt(generator.high) << 32n) | BigInt(generator.low)).toBe(expected);
    }
  });

  it('are for the seed 42 the upper 53 bits of what other implementations give', () => {
    const random = createRandom(42);
    const upper53 = (word: bigint): number => Number(word >> 11n) / 2 ** 53;
    expect(take(2, () => random.next())).toEqual([1546998764402558742n, 6990951692964543102n].map(upper53));
  });

  it('are the same for the same seed, as a number or a bigint, and others for another', () => {
    const draw = (seed: bigint | number): number[] => {
      const random = createRandom(seed);
      return take(4, () => random.next());
    };
    expect(draw(7n)).toEqual(draw(7));
    expect(draw(-1)).toEqual(draw(2n ** 64n - 1n));
    expect(draw(8)).not.toEqual(draw(7));
  });

  it('are spread evenly over [0, 1)', () => {
    const random = createRandom(1);
    const counts = new Array<number>(10).fill(0);
    for (let turn = 0; turn < 100_000; turn += 1) counts[Math.floor(random.next() * 10)]! += 1;
    // Within five standard deviations of 10 000.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it.each([1, 2, 6, 1000, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])('stay whole and below %d', (bound) => {
    const random = createRandom(3);
    for (let turn = 0; turn < 1000; turn += 1) {
      const number = random.below(bound);
      expect(Number.isSafeInteger(number) && number >= 0 && number < bound).toBe(true);
    }
  });

  it('favour no result when the bound does not divide 2^53', () => {
    const bound = 3 * 2 ** 51;
    const random = createRandom(5);
    let lower = 0;
    for (let turn = 0; turn < 30_000; turn += 1) if (random.below(bound) < 2 ** 51) lower += 1;
    // A remainder alone would give a half of them, not a third.
    expect(Math.abs(lower - 10_000)).toBeLessThan(500);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 53])('are refused below %d', (bound) => {
    expect(() => createRandom(1).below(bound)).toThrow(RangeError);
  });

  it('are refused for a seed that a double does not hold exactly', () => {
    expect(() => createRandom(2 ** 60)).toThrow(RangeError);
    expect(() => createRandom(0.5)).toThrow(RangeError);
  });
});
