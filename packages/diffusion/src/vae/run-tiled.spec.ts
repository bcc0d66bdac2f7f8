import type { FloatTensor } from '@atelier/onnx';
import { runTiled } from './run-tiled.js';
import { tileAxis, tileShares } from './tiles.js';

const lengths = [5, 64, 129, 130, 200, 257, 500, 1001];

describe('tiles of an axis', () => {
  test.each(lengths)('of %i cover it, are no longer than they may be and overlap by a quarter', (total) => {
    const { starts, length } = tileAxis(total, 64);
    expect(length).toBeLessThanOrEqual(64);
    expect(starts[0]).toBe(0);
    expect(starts.at(-1)! + length).toBe(total);
    for (const [i, start] of starts.slice(1).entries())
      expect(starts[i]! + length - start).toBeGreaterThanOrEqual(Math.floor(length / 4) - 1);
  });

  test('all have the one length that the graph takes', () => {
    expect(tileAxis(65, 64, true)).toEqual({ starts: [0, 1], length: 64 });
    expect(tileAxis(64, 64, true)).toEqual({ starts: [0], length: 64 });
  });

  test.each(lengths)('of %i share every place fully', (total) => {
    const axis = tileAxis(total, 64, true);
    const sums = new Float64Array(total * 2);
    tileShares(axis, 2).forEach((shares, i) =>
      shares.forEach((share, x) => (sums[axis.starts[i]! * 2 + x]! += share)),
    );
    for (const sum of sums) expect(sum).toBeCloseTo(1, 6);
  });
});

describe('what works on each place by itself', () => {
  const numbered = (height: number, width: number): FloatTensor => {
    const data = Float32Array.from({ length: 2 * height * width }, (_, i) => Math.sin(i * 12.9898) * 3);
    return { dims: [1, 2, height, width], data };
  };

  test.each([
    [70, 130],
    [33, 200],
    [20, 20],
  ])('comes out of tiles as from the whole of %i × %i, larger or smaller', async (height, width) => {
    const axes = { rows: tileAxis(height, 32), columns: tileAxis(width, 48) };
    const small = numbered(height, width);
    const large = await enlarge(small);
    const grown = await runTiled(small, { ...axes, inputScale: 1, outputScale: 3 }, enlarge);
    expect(grown.dims).toEqual([1, 2, height * 3, width * 3]);
    expect(largestDifference(grown.data, large.data)).toBeLessThan(1e-6);
    const shrunk = await runTiled(large, { ...axes, inputScale: 3, outputScale: 1 }, shrink);
    expect(shrunk.dims).toEqual(small.dims);
    expect(largestDifference(shrunk.data, small.data)).toBeLessThan(1e-6);
  });
});

/** Every value three times three times. */
async function enlarge({ dims, data }: FloatTensor): Promise<FloatTensor> {
  const [, channels, height, width] = dims as [number, number, number, number];
  const [high, wide] = [height * 3, width * 3];
  const values = Float32Array.from({ length: channels * high * wide }, (_, i) => {
    const [row, x] = [Math.floor(i / wide), i % wide];
    const [channel, y] = [Math.floor(row / high), row % high];
    return data[(channel * height + Math.floor(y / 3)) * width + Math.floor(x / 3)]!;
  });
  return { dims: [1, channels, high, wide], data: values };
}

/** Every third value. */
async function shrink({ dims, data }: FloatTensor): Promise<FloatTensor> {
  const [, channels, high, wide] = dims as [number, number, number, number];
  const [height, width] = [high / 3, wide / 3];
  const values = Float32Array.from({ length: channels * height * width }, (_, i) => {
    const [row, x] = [Math.floor(i / width), i % width];
    return data[row * 3 * wide + x * 3]!;
  });
  return { dims: [1, channels, height, width], data: values };
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((largest, value, i) => Math.max(largest, Math.abs(value - other[i]!)), 0);
}
