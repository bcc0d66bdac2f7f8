import { OnnxError, type InputMismatch } from './onnx-error.js';
import type { Tensor, TensorInfo } from './tensor.js';

type Feeds = Readonly<Record<string, Tensor>>;

/** Throws `inputs`, with every input that is missing, unknown, or of another rank or fixed length than the graph declares. */
export function checkFeeds(inputs: readonly TensorInfo[], feeds: Feeds): void {
  const mismatches = [...misfits(inputs, feeds), ...unknown(inputs, feeds)];
  if (mismatches.length > 0) throw inputsError(mismatches);
}

function inputsError(mismatches: readonly InputMismatch[]): OnnxError {
  const lines = mismatches.map(
    ({ name, expected, found }) =>
      `${name}: expected ${expected ?? 'no such input'}, found ${found ?? 'nothing'}`,
  );
  return new OnnxError('inputs', `The inputs do not fit the model. ${lines.join('; ')}.`, mismatches);
}

function misfits(inputs: readonly TensorInfo[], feeds: Feeds): InputMismatch[] {
  const broken: InputMismatch[] = [];
  for (const info of inputs) {
    const feed = feeds[info.name];
    if (feed !== undefined && fits(feed, info)) continue;
    broken.push({
      name: info.name,
      expected: declared(info),
      found: feed === undefined ? null : given(feed),
    });
  }
  return broken;
}

function unknown(inputs: readonly TensorInfo[], feeds: Feeds): InputMismatch[] {
  const names = new Set(inputs.map(({ name }) => name));
  return Object.entries(feeds)
    .filter(([name]) => !names.has(name))
    .map(([name, feed]) => ({ name, expected: null, found: given(feed) }));
}

/** Names of open dimensions say nothing: exporters give one name to lengths that differ. */
function fits({ dims, data }: Tensor, info: TensorInfo): boolean {
  if (dims.length !== info.dims.length) return false;
  if (dims.reduce((product, dim) => product * dim, 1) !== data.length) return false;
  return info.dims.every((dim, axis) => typeof dim === 'string' || dim === dims[axis]);
}

function declared({ type, dims }: TensorInfo): string {
  return `${type}[${dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`;
}

function given({ dims, data }: Tensor): string {
  const size = dims.reduce((product, dim) => product * dim, 1);
  const shape = `[${dims.join(', ')}]`;
  return size === data.length ? shape : `${shape} with ${data.length} values`;
}
