/** A dense tensor in row-major order; the product of `dims` is `data.length`. A scalar has no dims. */
export interface Tensor<Data = TensorData> {
  readonly dims: readonly number[];
  readonly data: Data;
}

/** Floats are 32 bits wide on this side of a session, whatever the graph works with. */
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

export type FloatTensor = Tensor<Float32Array>;

/** An input or output of a graph, as its file declares it. */
export interface TensorInfo {
  readonly name: string;
  /** ONNX element type: `float32`, `float16`, `int64`, `int32`, `bool`, `uint8`, … */
  readonly type: string;
  /** A string is a dimension that may have any length; its name says nothing reliable. */
  readonly dims: readonly (number | string)[];
}
