/** What is fed to an ONNX graph or comes out of it, in row-major order. Floats are 32 bits wide, whatever the graph works with. */
export interface OnnxTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** An input or output of a graph, as its file declares it. */
export interface OnnxTensorInfo {
  readonly name: string;
  /** ONNX element type: `float32`, `float16`, `int64`, `int32`, `bool`, `uint8`, … */
  readonly type: string;
  /** A string is a dimension that may have any length; its name says nothing reliable. */
  readonly dims: readonly (number | string)[];
}

/** One ONNX graph that is loaded and can be run. `@atelier/onnx` and `@atelier/diffusion` take it as their own. */
export interface OnnxSession {
  readonly inputs: readonly OnnxTensorInfo[];
  readonly outputs: readonly OnnxTensorInfo[];
  /** The execution provider that was taken. */
  readonly provider: 'cuda' | 'webgpu' | 'cpu';
  /** Runs the graph once, with the feeds cast to the types that it declares. Throws `model-invalid` when they do not fit it. */
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Record<string, OnnxTensor>>;
  /** Gives the memory back; the host does it as well when the part of the model goes that the session was opened for. */
  release(): Promise<void>;
}

export interface OpenOptions {
  /**
   * What becomes of the memory that a run needs beside the weights: `kept` for the next run, which is faster, or `returned`, for a
   * graph that runs once in a while. `kept` if left out.
   */
  readonly workingMemory?: 'kept' | 'returned';
}
