import type { FloatTensor } from '@atelier/onnx';
import { DiffusionError } from '../diffusion-error.js';
import { withComponents, type DiffusionModel } from '../model.js';
import { latentSpace, type LatentSpace } from '../sampling/latent-space.js';
import { runVae } from './run-vae.js';

/**
 * Pictures of latents, −1 to 1 and somewhat beyond; above one megapixel in tiles.
 * @param latents pictures × channels × height × width, as `sample` gives them
 * @returns pictures × 3 × pixels, for `tensorPictures`
 * @throws DiffusionError `model-invalid` when no numbers come out, which would be a black picture
 */
export function decodeLatents(
  model: DiffusionModel,
  latents: FloatTensor,
  { signal }: { signal?: AbortSignal } = {},
): Promise<FloatTensor> {
  const space = latentSpace(model);
  if (!allFinite(latents)) {
    throw new DiffusionError(
      'model-invalid',
      'The denoiser gave values that are not numbers, so there is no picture; if it works in float16, take its float32 version.',
    );
  }
  return withComponents(model, ['vae_decoder'], async (session) => {
    const run = { session, factor: space.factor, direction: 'decode', signal } as const;
    const decoded = await runVae(latents, run, (item) => unscaled(item, space));
    if (allFinite(decoded)) return decoded;
    throw new DiffusionError(
      'model-invalid',
      'The VAE decoder gave values that are not numbers, which would be a black picture. ' +
        'Many VAEs, that of SDXL among them, do not fit float16: take the float32 version, or one that was made to fit, ' +
        'such as madebyollin/sdxl-vae-fp16-fix.',
    );
  });
}

/** What the decoder takes, in float32 as torch computes it. */
function unscaled({ dims, data }: FloatTensor, { scaling, shift }: LatentSpace): FloatTensor {
  const [divisor, addend] = [Math.fround(scaling), Math.fround(shift)];
  return { dims, data: data.map((value) => Math.fround(value / divisor) + addend) };
}

function allFinite({ data }: FloatTensor): boolean {
  return data.every(Number.isFinite);
}
