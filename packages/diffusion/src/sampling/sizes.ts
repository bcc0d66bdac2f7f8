import type { FloatTensor } from '@atelier/onnx';
import { repeat } from '../denoisers/batch-run.js';

/** Height and width, or top and left, in pixels. */
export type Pair = readonly [number, number];

/** What SDXL was told of each picture that it learnt from (section 2.2 of arXiv 2307.01952). */
export interface PictureSizes {
  /** height and width before it was scaled; small ones give blurred pictures */
  readonly original?: Pair;
  /** top and left of what was cut out of it */
  readonly crop?: Pair;
  /** height and width that it was learnt at */
  readonly target?: Pair;
}

/** `_get_add_time_ids` of pipeline_stable_diffusion_xl.py, once for every picture of the batch. */
export function timeIds(sizes: PictureSizes, size: Pair, items: number): FloatTensor {
  const { original = size, crop = [0, 0], target = size } = sizes;
  const data = Float32Array.from([...original, ...crop, ...target]);
  return repeat({ dims: [1, data.length], data }, items);
}
