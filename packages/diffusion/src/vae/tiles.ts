/** Tiles along one axis, all of one length, and what share each has in every place. */
export interface TileAxis {
  readonly starts: readonly number[];
  readonly length: number;
}

const leastOverlap = 0.25;

/**
 * Tiles that overlap by a quarter or more. They are made equally long, so that none sees much less of the picture than the others.
 * @param total length of the axis
 * @param longest a tile may be
 * @param exactly `longest` is the one length that the graph takes
 */
export function tileAxis(total: number, longest: number, exactly = false): TileAxis {
  if (total <= longest) return { starts: [0], length: total };
  const count = Math.ceil((total / longest - leastOverlap) / (1 - leastOverlap));
  const length = exactly ? longest : Math.ceil(total / (count - (count - 1) * leastOverlap));
  const starts = Array.from({ length: count }, (_, i) => Math.round((i * (total - length)) / (count - 1)));
  return { starts, length };
}

/**
 * For each tile the share of its values in the whole: it rises over the overlap with the tile before and falls over that with the next,
 * in a line; all shares in one place come to 1.
 * @param scale values for one unit of the axis
 */
export function tileShares({ starts, length }: TileAxis, scale: number): Float32Array[] {
  const size = length * scale;
  const total = (starts.at(-1)! + length) * scale;
  const shares = starts.map((start, i) => {
    const before = i === 0 ? 0 : (starts[i - 1]! + length - start) * scale;
    const after = i === starts.length - 1 ? 0 : (start + length - starts[i + 1]!) * scale;
    return Float32Array.from({ length: size }, (_, x) =>
      Math.min(1, (x + 0.5) / before, (size - x - 0.5) / after),
    );
  });
  const sums = new Float32Array(total);
  shares.forEach((share, i) => share.forEach((value, x) => (sums[starts[i]! * scale + x]! += value)));
  return shares.map((share, i) => share.map((value, x) => value / sums[starts[i]! * scale + x]!));
}
