const infinity = 0x7f800000;
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

let decoded: Float32Array | undefined;

/** The nearest IEEE 754 binary16 to each value, ties to even; what is too large becomes an infinity. */
export function toHalf(values: Float32Array): Uint16Array {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < source.length; i++) halves[i] = halfBits(source[i]!);
  return halves;
}

/** Binary16 as float32, which holds every one of them exactly. */
export function fromHalf(halves: Uint16Array): Float32Array {
  decoded ??= decodeAll();
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = decoded[halves[i]!]!;
  return values;
}

function halfBits(value: number): number {
  const sign = (value >>> 16) & 0x8000;
  const magnitude = value & 0x7fffffff;
  if (magnitude > infinity) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Moves the exponent's bias from 127 to 15 and adds just under half a unit; the lowest kept bit breaks ties to even.
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  // Beside 0.5, whose float32 unit is binary16's smallest step, the addition itself rounds.
  bits[0] = magnitude;
  float[0] = float[0]! + 0.5;
  return sign | (bits[0] - 0x3f000000);
}

function decodeAll(): Float32Array {
  const table = new Float32Array(0x10000);
  for (let half = 0; half < 0x10000; half++) {
    const exponent = (half >>> 10) & 0x1f;
    const mantissa = half & 0x3ff;
    const sign = half >>> 15 === 1 ? -1 : 1;
    table[half] = sign * magnitudeOf(exponent, mantissa);
  }
  return table;
}

function magnitudeOf(exponent: number, mantissa: number): number {
  if (exponent === 0x1f) return mantissa === 0 ? Infinity : NaN;
  if (exponent === 0) return mantissa * 2 ** -24;
  return (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
