import type { Tensor, TensorInfo } from './tensor.js';

/** One ONNX graph that is loaded and can be run. */
export interface OnnxSession {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** The execution provider that was taken. */
  readonly provider: ExecutionProvider;
  /**
   * Runs the graph once. Feeds are cast to the types that the graph declares (a float to float16, int64 or int32 where it wants
   * one); outputs come back with float16 as float32.
   */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  /** Gives the memory back; the session cannot be run any more. */
  release(): Promise<void>;
}

export type ExecutionProvider = 'cuda' | 'webgpu' | 'cpu';
