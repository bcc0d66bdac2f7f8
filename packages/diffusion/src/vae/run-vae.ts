import type { FloatTensor, OnnxSession } from '@atelier/onnx';
import { join } from '../denoisers/batch-run.js';
import { runTiled } from './run-tiled.js';
import { tileAxis } from './tiles.js';

/** A picture of up to so many pixels goes through the VAE in one piece, a larger one in tiles of at most its square root a side. */
const pixelsAtOnce = 2 ** 20;

export interface VaeRun {
  readonly session: OnnxSession;
  /** pixels a side of one latent */
  readonly factor: number;
  readonly direction: 'encode' | 'decode';
  readonly signal?: AbortSignal;
}

/**
 * Runs one half of a VAE over every item of a batch, one item at a time: half of what it needs is memory for one, and graphs that were
 * traced with a batch of 1 take no more.
 * @param prepare makes of one item (1 × channels × height × width) what the graph takes
 */
export async function runVae(
  input: FloatTensor,
  run: VaeRun,
  prepare: (item: FloatTensor) => FloatTensor = (item) => item,
): Promise<FloatTensor> {
  const [items, ...dims] = input.dims as [number, number, number, number];
  const length = input.data.length / items;
  const results: FloatTensor[] = [];
  for (let i = 0; i < items; i++) {
    const data = input.data.subarray(i * length, (i + 1) * length);
    results.push(await runItem(prepare({ dims: [1, ...dims], data }), run));
  }
  return join(results);
}

function runItem(item: FloatTensor, { session, factor, direction, signal }: VaeRun): Promise<FloatTensor> {
  const [, , high, wide] = item.dims as [number, number, number, number];
  const [inputScale, outputScale] = direction === 'encode' ? [factor, 1] : [1, factor];
  const [height, width] = [high / inputScale, wide / inputScale];
  const { name, dims } = session.inputs[0]!;
  const atOnce = height * width * factor ** 2 <= pixelsAtOnce;
  const longest = Math.floor(Math.sqrt(pixelsAtOnce) / factor);
  const axis = (total: number, declared: number | string | undefined) =>
    typeof declared === 'number'
      ? tileAxis(total, declared / inputScale, true)
      : tileAxis(total, atOnce ? total : longest);
  const tiling = { rows: axis(height, dims[2]), columns: axis(width, dims[3]), inputScale, outputScale };
  return runTiled(item, tiling, async (tile) => {
    signal?.throwIfAborted();
    const outputs = await session.run({ [name]: tile });
    return outputs[session.outputs[0]!.name] as FloatTensor;
  });
}
