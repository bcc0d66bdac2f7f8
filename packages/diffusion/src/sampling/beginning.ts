import type { FloatTensor } from '@atelier/onnx';
import { lengthOf, type LatentShape } from '../denoisers/patches.js';
import type { NoiseScheduler } from '../schedulers/noise-scheduler.js';
import { inpaintChannels, keepOutside, type Keep } from './inpaint.js';
import type { LatentSpace } from './latent-space.js';
import type { Noise } from './noise.js';
import { isMoments, pictureLatents } from './picture-latents.js';
import type { InpaintRequest } from './sample-request.js';

/** What the loop starts from. */
export interface Beginning {
  readonly latents: Float32Array;
  /** channels that an inpainting denoiser takes behind the latents */
  readonly extra: FloatTensor | null;
  readonly keep?: Keep;
}

/** With the steps set; draws are made in the order of the functions below. */
export interface Ground {
  readonly scheduler: NoiseScheduler;
  readonly firstIndex: number;
  readonly shape: LatentShape;
  readonly space: LatentSpace;
  readonly noise: Noise;
}

/** Text-to-image: noise alone. */
export function fromNoise({ scheduler, shape, noise }: Ground): Beginning {
  const drawn = noise.batch(shape.items, itemLength(shape));
  return { latents: scaled(drawn, scheduler.initNoiseSigma), extra: null };
}

/** Image-to-image: first the picture is drawn, then the noise that is put onto it (`prepare_latents` of the img2img pipelines). */
export function fromPicture(
  { scheduler, firstIndex, shape, space, noise }: Ground,
  picture: FloatTensor,
): Beginning {
  const length = itemLength(shape);
  const draws = isMoments(picture, space) ? noise.pictures(picture.dims[0]!, length) : [];
  const clean = pictureLatents(picture, draws, shape, space);
  return { latents: scheduler.addNoise(clean, noise.batch(shape.items, length), firstIndex), extra: null };
}

/** The picture as it is, once for every item: the middle of what its latents may be, which no seed has a part in. */
export function unchanged(picture: FloatTensor, shape: LatentShape, space: LatentSpace): FloatTensor {
  const { items, channels, height, width } = shape;
  const data = pictureLatents(picture, [new Float32Array(itemLength(shape))], shape, space);
  return { dims: [items, channels, height, width], data };
}

/**
 * Inpainting: the picture, where it is needed, is drawn once for all, then the noise, then what is left of the picture outside the
 * mask; a full strength starts from noise alone (`prepare_latents` and `prepare_mask_latents` of the inpaint pipelines).
 */
export function forInpainting(
  ground: Ground,
  picture: FloatTensor,
  { mask, masked }: InpaintRequest,
  { fullStrength, inpaints }: { fullStrength: boolean; inpaints: boolean },
): Beginning {
  const { scheduler, firstIndex, shape, noise } = ground;
  const clean = fullStrength && inpaints ? null : drawnOnce(ground, picture);
  const drawn = noise.batch(shape.items, itemLength(shape));
  // A denoiser that was not made for this has no use for it, but the numbers after it depend on the draw.
  const outside = drawnOnce(ground, masked);
  const latents =
    clean === null || fullStrength
      ? scaled(drawn, scheduler.initNoiseSigma)
      : scheduler.addNoise(clean, drawn, firstIndex);
  if (inpaints) return { latents, extra: inpaintChannels(mask, outside, shape) };
  return { latents, extra: null, keep: keepOutside(mask, clean!, drawn, scheduler, shape) };
}

function drawnOnce({ shape, space, noise }: Ground, picture: FloatTensor): Float32Array {
  const draws = isMoments(picture, space) ? [noise.first(itemLength(shape))] : [];
  return pictureLatents(picture, draws, shape, space);
}

function itemLength(shape: LatentShape): number {
  return lengthOf(shape) / shape.items;
}

function scaled(values: Float32Array, factor: number): Float32Array {
  return factor === 1 ? values : values.map((value) => value * factor);
}
