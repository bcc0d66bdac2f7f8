import type { FloatTensor } from '@atelier/onnx';
import { lengthOf, type LatentShape } from '../denoisers/patches.js';
import type { LatentSpace } from './latent-space.js';

/** Whether a picture was encoded to means and variances, one after the other on the channel axis, of which latents are drawn yet. */
export function isMoments({ dims }: FloatTensor, { channels }: LatentSpace): boolean {
  return dims[1] === 2 * channels;
}

/**
 * The latents of a picture for every item of the batch, as the denoiser has them. Moments take one of `draws`, or one per item;
 * what is latents already is taken as it is.
 */
export function pictureLatents(
  picture: FloatTensor,
  draws: readonly Float32Array[],
  shape: LatentShape,
  space: LatentSpace,
): Float32Array {
  const length = lengthOf(shape) / shape.items;
  const latents = new Float32Array(lengthOf(shape));
  const known = picture.dims[0]!;
  const moments = isMoments(picture, space);
  for (let item = 0; item < shape.items; item++) {
    const source = item % known;
    const target = latents.subarray(item * length, (item + 1) * length);
    if (!moments) target.set(picture.data.subarray(source * length, (source + 1) * length));
    else posterior(picture.data, source * 2 * length, draws[item % draws.length]!, space, target);
  }
  return latents;
}

/** `DiagonalGaussianDistribution.sample` of diffusers, then the scale of the denoiser. */
function posterior(
  moments: Float32Array,
  at: number,
  draw: Float32Array,
  { scaling, shift }: LatentSpace,
  target: Float32Array,
): void {
  const { length } = target;
  for (let i = 0; i < length; i++) {
    const logVariance = Math.min(Math.max(moments[at + length + i]!, -30), 20);
    const value = moments[at + i]! + Math.exp(0.5 * logVariance) * draw[i]!;
    target[i] = (value - shift) * scaling;
  }
}
