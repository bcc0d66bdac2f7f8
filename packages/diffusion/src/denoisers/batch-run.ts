import type { FloatTensor, OnnxSession, Tensor, TensorInfo } from '@atelier/onnx';

/** Inputs of one call. */
export interface Feeds {
  /** one entry per item on the first axis */
  readonly batched: Readonly<Record<string, FloatTensor>>;
  /** the same for every item */
  readonly shared: Readonly<Record<string, Tensor>>;
}

/**
 * Runs a graph over `total` items, `atOnce` at a time or as many as the graph takes, and joins what comes out. A graph of a fixed
 * batch that is larger than what is left gets its last item several times.
 */
export async function runBatch(
  session: OnnxSession,
  { batched, shared }: Feeds,
  { total, atOnce, fixed }: { total: number; atOnce: number; fixed: number | null },
): Promise<FloatTensor[]> {
  const size = fixed ?? Math.min(atOnce, total);
  if (size === total) return outputsOf(session, await session.run({ ...shared, ...batched }));
  const parts: FloatTensor[][] = [];
  for (let from = 0; from < total; from += size) {
    const slices = Object.entries(batched).map(([name, tensor]) => [name, slice(tensor, from, size)]);
    const outputs = await session.run({ ...shared, ...Object.fromEntries(slices) });
    parts.push(outputsOf(session, outputs).map((output) => first(output, total - from)));
  }
  return parts[0]!.map((_, output) => join(parts.map((part) => part[output]!)));
}

/** The batch that a graph was traced with, or null where it takes any. */
export function fixedBatch(input: TensorInfo): number | null {
  const [batch] = input.dims;
  return typeof batch === 'number' && batch > 0 ? batch : null;
}

/** The items of all tensors, one after the other on the first axis. */
export function join(tensors: readonly FloatTensor[]): FloatTensor {
  if (tensors.length === 1) return tensors[0]!;
  const data = new Float32Array(tensors.reduce((sum, tensor) => sum + tensor.data.length, 0));
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  const items = tensors.reduce((sum, { dims }) => sum + dims[0]!, 0);
  return { dims: [items, ...tensors[0]!.dims.slice(1)], data };
}

/** Every item `times` times in a row. */
export function repeat(tensor: FloatTensor, times: number): FloatTensor {
  if (times === 1) return tensor;
  const [items, ...rest] = tensor.dims as [number, ...number[]];
  const length = tensor.data.length / items;
  const data = new Float32Array(tensor.data.length * times);
  for (let i = 0; i < items * times; i++) {
    const from = Math.floor(i / times) * length;
    data.set(tensor.data.subarray(from, from + length), i * length);
  }
  return { dims: [items * times, ...rest], data };
}

function slice({ dims, data }: FloatTensor, from: number, count: number): FloatTensor {
  const [items, ...rest] = dims as [number, ...number[]];
  const length = data.length / items;
  if (from + count <= items)
    return { dims: [count, ...rest], data: data.subarray(from * length, (from + count) * length) };
  const padded = new Float32Array(count * length);
  for (let i = 0; i < count; i++) {
    const item = Math.min(from + i, items - 1) * length;
    padded.set(data.subarray(item, item + length), i * length);
  }
  return { dims: [count, ...rest], data: padded };
}

function first(tensor: FloatTensor, count: number): FloatTensor {
  return tensor.dims[0]! <= count ? tensor : slice(tensor, 0, count);
}

function outputsOf(session: OnnxSession, outputs: Record<string, Tensor>): FloatTensor[] {
  return session.outputs.map(({ name }) => outputs[name] as FloatTensor);
}
