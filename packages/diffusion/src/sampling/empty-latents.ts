import type { FloatTensor } from '@atelier/onnx';
import type { DiffusionModel } from '../model.js';
import { checkSize } from './check-request.js';
import { latentSpace } from './latent-space.js';

/**
 * What text-to-image starts from: zeros of the latents' shape, which `sample` takes for "from noise alone".
 *
 * @param size in pixels, multiples of the model's `sizeMultiple`
 * @throws DiffusionError `invalid-input` for another size
 */
export function emptyLatents(
  model: DiffusionModel,
  { width, height }: { width: number; height: number },
): FloatTensor {
  const space = latentSpace(model);
  checkSize(model, { width, height }, space);
  const dims = [1, space.channels, height / space.factor, width / space.factor];
  return { dims, data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)) };
}
