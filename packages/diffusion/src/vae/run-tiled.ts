import type { FloatTensor } from '@atelier/onnx';
import { tileShares, type TileAxis } from './tiles.js';

export interface Tiling {
  readonly rows: TileAxis;
  readonly columns: TileAxis;
  /** values a side of the input, and of the output, for one unit of the axes */
  readonly inputScale: number;
  readonly outputScale: number;
}

/**
 * Runs something that works on parts of a picture over its tiles, one after the other, and joins them without seams. Beside the result
 * only one tile is held.
 * @param input 1 × channels × height × width
 */
export async function runTiled(
  input: FloatTensor,
  { rows, columns, inputScale, outputScale }: Tiling,
  run: (tile: FloatTensor) => Promise<FloatTensor>,
): Promise<FloatTensor> {
  if (rows.starts.length === 1 && columns.starts.length === 1) return run(input);
  const rowShares = tileShares(rows, outputScale);
  const columnShares = tileShares(columns, outputScale);
  const height = (rows.starts.at(-1)! + rows.length) * outputScale;
  const width = (columns.starts.at(-1)! + columns.length) * outputScale;
  const size = { height: rows.length * inputScale, width: columns.length * inputScale };
  let whole: FloatTensor | undefined;
  for (const [i, top] of rows.starts.entries()) {
    for (const [j, left] of columns.starts.entries()) {
      const tile = await run(cut(input, { top: top * inputScale, left: left * inputScale, ...size }));
      whole ??= blank(tile.dims[1]!, height, width);
      const place = { top: top * outputScale, left: left * outputScale };
      add(whole, tile, place, rowShares[i]!, columnShares[j]!);
    }
  }
  return whole!;
}

interface Place {
  top: number;
  left: number;
}

function cut(
  { dims, data }: FloatTensor,
  { top, left, height, width }: Place & { height: number; width: number },
): FloatTensor {
  const [, channels, high, wide] = dims as [number, number, number, number];
  const part = blank(channels, height, width);
  for (let row = 0; row < channels * height; row++) {
    const from = (Math.floor(row / height) * high + top + (row % height)) * wide + left;
    part.data.set(data.subarray(from, from + width), row * width);
  }
  return part;
}

function add(
  whole: FloatTensor,
  tile: FloatTensor,
  { top, left }: Place,
  rowShares: Float32Array,
  columnShares: Float32Array,
): void {
  const [, channels, high, wide] = whole.dims as [number, number, number, number];
  const height = rowShares.length;
  const width = columnShares.length;
  for (let row = 0; row < channels * height; row++) {
    const share = rowShares[row % height]!;
    const to = (Math.floor(row / height) * high + top + (row % height)) * wide + left;
    for (let x = 0; x < width; x++)
      whole.data[to + x]! += share * columnShares[x]! * tile.data[row * width + x]!;
  }
}

function blank(channels: number, height: number, width: number): FloatTensor {
  return { dims: [1, channels, height, width], data: new Float32Array(channels * height * width) };
}
