import { fromHalf, toHalf } from './half.js';
import { OnnxError } from './onnx-error.js';
import type { Tensor, TensorData } from './tensor.js';

/** A tensor as the native library takes it, without the class of its JavaScript side: that one refuses float16 on Node 23 and later. */
export interface NativeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayBufferView;
  readonly location: 'cpu';
}

const numeric = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
} as const;

const big = { int64: BigInt64Array, uint64: BigUint64Array } as const;

/** Throws `inputs` for a float that is no number where the graph wants integers, `unsupported` for a type that has no cast. */
export function castIn({ dims, data }: Tensor, type: string): NativeTensor {
  return { type, dims, data: dataAs(data, type), location: 'cpu' };
}

/** Numbers that come back: floats as float32, small integers as int32, large ones and bytes as they are. */
export function castOut({
  dims,
  data,
  type,
}: {
  dims: readonly number[];
  data: unknown;
  type: string;
}): Tensor {
  return { dims, data: dataFrom(data, type) };
}

function dataAs(data: TensorData, type: string): ArrayBufferView {
  if (type === 'float16') return toHalf(data instanceof Float32Array ? data : floats(data));
  if (type === 'bool') return Uint8Array.from(data as ArrayLike<number | bigint>, (value) => (value ? 1 : 0));
  if (Object.hasOwn(numeric, type)) return numbersAs(data, type as keyof typeof numeric);
  if (Object.hasOwn(big, type)) return bigIntegersAs(data, type as keyof typeof big);
  throw new OnnxError('unsupported', `The model wants an input of the type ${type}, which cannot be fed.`);
}

function numbersAs(data: TensorData, type: keyof typeof numeric): ArrayBufferView {
  const Target = numeric[type];
  if (data instanceof Target) return data;
  if (data instanceof BigInt64Array) return Target.from(Array.from(data, Number));
  if (data instanceof Float32Array && type !== 'float64') refuseNonNumbers(data, type);
  return new Target(data);
}

function bigIntegersAs(data: TensorData, type: keyof typeof big): ArrayBufferView {
  const Target = big[type];
  if (data instanceof Target) return data;
  if (data instanceof BigInt64Array) return new Target(data);
  if (data instanceof Float32Array) refuseNonNumbers(data, type);
  const integers = new Target(data.length);
  for (let i = 0; i < data.length; i++) integers[i] = BigInt(Math.trunc(data[i]!));
  return integers;
}

function refuseNonNumbers(data: Float32Array, type: string): void {
  if (data.every(Number.isFinite)) return;
  throw new OnnxError('inputs', `The model wants integers (${type}), and what was fed is not finite.`);
}

function dataFrom(data: unknown, type: string): TensorData {
  if (type === 'float16') return fromHalf(halvesOf(data as ArrayBufferView));
  if (type === 'float32') return data as Float32Array;
  if (type === 'int64') return data as BigInt64Array;
  if (type === 'uint64') return new BigInt64Array(data as BigUint64Array);
  if (type === 'bool' || type === 'uint8') return data as Uint8Array;
  if (type === 'float64') return new Float32Array(data as Float64Array);
  if (Object.hasOwn(numeric, type)) return new Int32Array(data as Int32Array);
  throw new OnnxError('unsupported', `The model gives an output of the type ${type}, which cannot be read.`);
}

/** A Uint16Array, or from Node 23 on a Float16Array with the same bits. */
function halvesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint16Array {
  return new Uint16Array(buffer, byteOffset, byteLength / 2);
}

function floats(data: Exclude<TensorData, Float32Array>): Float32Array {
  return data instanceof BigInt64Array ? Float32Array.from(data, Number) : new Float32Array(data);
}
