import type { FloatTensor } from '@atelier/onnx';
import { withComponents, type DiffusionModel } from '../model.js';
import { latentSpace, type LatentSpace } from '../sampling/latent-space.js';
import { isMoments } from '../sampling/picture-latents.js';
import { runVae } from './run-vae.js';

export interface EncodeOptions {
  /**
   * A VAE tells means and variances. `sample` keeps both, for `sample` to draw latents with its seed as diffusers does; `mode` takes the
   * means, as ComfyUI does. `sample` if left out.
   */
  readonly posterior?: 'sample' | 'mode';
  readonly signal?: AbortSignal;
}

/**
 * Latents of pictures, for `sample` to start from; above one megapixel in tiles.
 * @param pictures pictures × 3 × height × width, −1 to 1, sides multiples of the VAE's factor
 * @returns means and variances (twice the channels), or latents as the denoiser has them; so do old exports, which draw them inside
 */
export function encodePicture(
  model: DiffusionModel,
  pictures: FloatTensor,
  { posterior = 'sample', signal }: EncodeOptions = {},
): Promise<FloatTensor> {
  const space = latentSpace(model);
  return withComponents(model, ['vae_encoder'], async (session) => {
    const run = { session, factor: space.factor, direction: 'encode', signal } as const;
    const encoded = await runVae(pictures, run);
    if (!isMoments(encoded, space)) return scaled(encoded, space);
    return posterior === 'mode' ? scaled(means(encoded), space) : encoded;
  });
}

function means({ dims, data }: FloatTensor): FloatTensor {
  const [items, channels, ...size] = dims as [number, number, number, number];
  const length = data.length / items / 2;
  const values = new Float32Array(items * length);
  for (let i = 0; i < items; i++) values.set(data.subarray(2 * i * length, (2 * i + 1) * length), i * length);
  return { dims: [items, channels / 2, ...size], data: values };
}

function scaled({ dims, data }: FloatTensor, { scaling, shift }: LatentSpace): FloatTensor {
  return { dims, data: data.map((value) => (value - shift) * scaling) };
}
