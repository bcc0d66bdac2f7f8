import type { FloatTensor, TensorInfo } from '@atelier/onnx';
import { listOf, numberOf, type Config } from '../folder/config.js';
import type { LatentShape } from './patches.js';

/**
 * Zeros for a UNet that was exported to be steered by a ControlNet, where none speaks. Down blocks give what they begin with, each of
 * their layers, and what they hand on at half the size (`UNet2DConditionModel.forward`).
 */
export function silence(
  residuals: readonly TensorInfo[],
  config: Config | null,
  { items, height, width }: LatentShape,
): FloatTensor[] {
  const levels = levelsOf(residuals.length - 1, config);
  return residuals.map(({ dims }, i) => {
    const level = levels[Math.min(i, levels.length - 1)]!;
    const shape = [items, Number(dims[1]), halved(height, level), halved(width, level)];
    return { dims: shape, data: new Float32Array(shape.reduce((product, dim) => product * dim, 1)) };
  });
}

/** How often each output of the down blocks was halved; the middle is as often halved as the last. */
function levelsOf(count: number, config: Config | null): number[] {
  const layers = numberOf(config, 'layers_per_block') ?? 2;
  const blocks = listOf(config, 'block_out_channels')?.length ?? count / (layers + 1);
  const levels = [0];
  for (let block = 0; block < blocks; block++) {
    for (let layer = 0; layer < layers; layer++) levels.push(block);
    if (block < blocks - 1) levels.push(block + 1);
  }
  return levels;
}

function halved(length: number, times: number): number {
  return times === 0 ? length : halved(Math.ceil(length / 2), times - 1);
}
