/** `numpy.round`: halves go to the even neighbour. */
export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** `astype(float32)`: the values as float32 holds them, which is how the reference keeps its tables. */
export function toFloat32(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, Math.fround);
}

/** `numpy.linspace`: `count` values from `start` to `end`, both included; the start alone when there is one. */
export function linspace(start: number, end: number, count: number): Float64Array {
  const step = (end - start) / (count - 1);
  return Float64Array.from({ length: count }, (_, i) =>
    i > 0 && i === count - 1 ? end : i === 0 ? start : start + i * step,
  );
}
