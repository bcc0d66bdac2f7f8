import { fromHalf, toHalf } from './half.js';

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function half(value: number): number {
  return toHalf(Float32Array.of(value))[0]!;
}

describe('binary16', () => {
  test('known values have the bits of IEEE 754', () => {
    const known: [number, number][] = [
      [0, 0x0000],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [2 ** -14, 0x0400],
      [2 ** -24, 0x0001],
      [1 / 3, 0x3555],
      [Infinity, 0x7c00],
      [-Infinity, 0xfc00],
    ];
    for (const [value, expected] of known) expect(half(value)).toBe(expected);
    expect(fromHalf(Uint16Array.of(half(NaN)))[0]).toBeNaN();
  });

  test('all of the 65,536 survive the way to float32 and back', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, index) => index);
    const again = toHalf(fromHalf(all));
    for (const before of all) {
      const isNaN = (before & 0x7c00) === 0x7c00 && (before & 0x3ff) !== 0;
      if (!isNaN) expect(again[before]).toBe(before);
    }
  });

  test('the nearest is taken, and of two that are equally near the even one', () => {
    for (let lower = 0; lower < 0x7bff; lower += 7) {
      const [low, high] = fromHalf(Uint16Array.of(lower, lower + 1));
      const middle = (low! + high!) / 2;
      expect(half(middle)).toBe(lower % 2 === 0 ? lower : lower + 1);
      expect(half(nextFloat(middle, -1))).toBe(lower);
      expect(half(nextFloat(middle, 1))).toBe(lower + 1);
    }
  });

  test('what is half a unit or more above the largest becomes infinite', () => {
    expect(half(65519.996)).toBe(0x7bff);
    expect(half(65520)).toBe(0x7c00);
    expect(half(1e30)).toBe(0x7c00);
    expect(half(-1e30)).toBe(0xfc00);
  });

  test('a view into a longer buffer is read from its own start', () => {
    expect([...toHalf(Float32Array.of(9, 1, -2).subarray(1))]).toEqual([0x3c00, 0xc000]);
  });
});

function nextFloat(value: number, direction: 1 | -1): number {
  float[0] = value;
  bits[0] = bits[0]! + direction;
  return float[0];
}
