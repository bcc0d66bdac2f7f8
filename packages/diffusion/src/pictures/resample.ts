import type { Pixels, Size } from './picture.js';

/**
 * Pillow's resampling to the bit (src/libImaging/Resample.c): the filter grows with the scale when a picture shrinks, rows come before
 * columns, and each pass rounds to 8 bits, with weights in fixed point.
 */
export interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

export const lanczos: Filter = {
  support: 3,
  weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0),
};

/** Keys' cubic with a = −0.5. */
export const bicubic: Filter = {
  support: 2,
  weight(x) {
    const distance = Math.abs(x);
    if (distance < 1) return (1.5 * distance - 2.5) * distance * distance + 1;
    return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * -0.5 : 0;
  },
};

/** Left, top, right and bottom edge of the part that is taken, in pixels; it may be a line. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

const precisionBits = 22;
const half = 1 << (precisionBits - 1);

/** For every pixel of one line: the first that it is made of, how many follow, and their weights. */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly longest: number;
  /** `longest` for each pixel */
  readonly values: Int32Array;
}

/** The part of a picture in `box`, the whole if left out, at another size. */
export function resample(source: Pixels, { width, height }: Size, filter: Filter, box?: Box): Pixels {
  const [left, top, right, bottom] = box ?? [0, 0, source.width, source.height];
  const isWide = width === source.width && left === 0 && right === source.width;
  const isHigh = height === source.height && top === 0 && bottom === source.height;
  const wide = isWide ? source : resampleRows(source, weightsOf(source.width, left, right, width, filter));
  return isHigh ? wide : resampleColumns(wide, weightsOf(source.height, top, bottom, height, filter));
}

function weightsOf(length: number, from: number, to: number, wanted: number, filter: Filter): Weights {
  const scale = (to - from) / wanted;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  const longest = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(wanted);
  const count = new Int32Array(wanted);
  const values = new Int32Array(wanted * longest);
  for (let i = 0; i < wanted; i++) {
    const centre = from + (i + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), length);
    const weights = Array.from({ length: end - start }, (_, k) =>
      filter.weight((k + start - centre + 0.5) * (1 / stretch)),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    first[i] = start;
    count[i] = weights.length;
    weights.forEach((weight, k) => (values[i * longest + k] = fixed(sum === 0 ? weight : weight / sum)));
  }
  return { first, count, longest, values };
}

function fixed(weight: number): number {
  return Math.trunc(weight * (1 << precisionBits) + (weight < 0 ? -0.5 : 0.5));
}

function resampleRows({ height, width, channels, data }: Pixels, weights: Weights): Pixels {
  const { first, count, longest, values } = weights;
  const wanted = first.length;
  const result = new Uint8Array(wanted * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < wanted; x++) {
      const from = (y * width + first[x]!) * channels;
      for (let channel = 0; channel < channels; channel++, to++) {
        let sum = half;
        for (let k = 0, at = from + channel; k < count[x]!; k++, at += channels)
          sum += data[at]! * values[x * longest + k]!;
        result[to] = clip(sum >> precisionBits);
      }
    }
  }
  return { width: wanted, height, channels, data: result };
}

function resampleColumns({ width, channels, data }: Pixels, weights: Weights): Pixels {
  const { first, count, longest, values } = weights;
  const height = first.length;
  const stride = width * channels;
  const result = new Uint8Array(height * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < height; y++) {
    sums.fill(half);
    for (let k = 0; k < count[y]!; k++) {
      const weight = values[y * longest + k]!;
      const from = (first[y]! + k) * stride;
      for (let i = 0; i < stride; i++) sums[i] = sums[i]! + data[from + i]! * weight;
    }
    for (let i = 0; i < stride; i++) result[y * stride + i] = clip(sums[i]! >> precisionBits);
  }
  return { width, height, channels, data: result };
}

function clip(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}
