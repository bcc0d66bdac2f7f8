import type { TensorInfo } from '@atelier/onnx';
import type { Feeds } from './batch-run.js';

/** The time as a graph takes it: a scalar, one value, or one per item. */
export function timeFeeds({ name, dims }: TensorInfo, time: number, total: number): Feeds {
  if (dims.length === 0)
    return { batched: {}, shared: { [name]: { dims: [], data: Float32Array.of(time) } } };
  const [length] = dims;
  const tensor = (count: number) => ({ dims: [count], data: new Float32Array(count).fill(time) });
  return typeof length === 'number'
    ? { batched: {}, shared: { [name]: tensor(length) } }
    : { batched: { [name]: tensor(total) }, shared: {} };
}
