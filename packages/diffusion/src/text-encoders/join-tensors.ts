import type { FloatTensor } from '@atelier/onnx';
import { DiffusionError } from '../diffusion-error.js';

/** [n, …, a] and [n, …, b] as [n, …, a + b]. */
export function joinWidths(a: FloatTensor, b: FloatTensor): FloatTensor {
  const rows = a.dims.slice(0, -1);
  refuseUnlessEqual(rows, b.dims.slice(0, -1));
  return { dims: [...rows, a.dims.at(-1)! + b.dims.at(-1)!], data: interleaved([a, b], product(rows)) };
}

/** [n, a, width], [n, b, width], … as [n, a + b + …, width]. */
export function joinSequences(...tensors: readonly FloatTensor[]): FloatTensor {
  const [count = 0, , width = 0] = tensors[0]!.dims;
  for (const { dims } of tensors) refuseUnlessEqual([count, width], [dims[0], dims[2]]);
  const length = tensors.reduce((total, { dims }) => total + dims[1]!, 0);
  return { dims: [count, length, width], data: interleaved(tensors, count) };
}

/** [n, …, a] with zeros behind each row up to [n, …, width]. */
export function padWidth(tensor: FloatTensor, width: number): FloatTensor {
  const own = tensor.dims.at(-1)!;
  if (own === width) return tensor;
  if (own > width) throw mismatch([own], [width]);
  const rows = tensor.dims.slice(0, -1);
  return joinWidths(tensor, zeros([...rows, width - own]));
}

export function zeros(dims: readonly number[]): FloatTensor {
  return { dims, data: new Float32Array(product(dims)) };
}

/** [1, …] tensors of one shape as [n, …]. */
export function stack(tensors: readonly FloatTensor[]): FloatTensor {
  const { dims, data } = tensors[0]!;
  const all = new Float32Array(data.length * tensors.length);
  tensors.forEach((tensor, i) => all.set(tensor.data, i * data.length));
  return { dims: [tensors.length, ...dims.slice(1)], data: all };
}

/** In turn a row of each. */
function interleaved(tensors: readonly FloatTensor[], rows: number): Float32Array {
  const all = new Float32Array(tensors.reduce((total, { data }) => total + data.length, 0));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const { data } of tensors) {
      const length = data.length / rows;
      all.set(data.subarray(row * length, (row + 1) * length), at);
      at += length;
    }
  }
  return all;
}

function product(dims: readonly number[]): number {
  return dims.reduce((total, dim) => total * dim, 1);
}

function refuseUnlessEqual(a: readonly unknown[], b: readonly unknown[]): void {
  if (a.join() !== b.join()) throw mismatch(a, b);
}

function mismatch(a: readonly unknown[], b: readonly unknown[]): DiffusionError {
  return new DiffusionError(
    'model-invalid',
    `The text encoders of this model do not fit each other: one gives [${a.join(', ')}] where another needs [${b.join(', ')}]. ` +
      'Export them again from one model.',
  );
}
