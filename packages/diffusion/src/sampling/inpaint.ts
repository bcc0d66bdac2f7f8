import type { FloatTensor } from '@atelier/onnx';
import { lengthOf, type LatentShape } from '../denoisers/patches.js';
import type { NoiseScheduler } from '../schedulers/noise-scheduler.js';

/** Changes latents after a step; `nextIndex` is the scheduler's, null after the last one. */
export type Keep = (latents: Float32Array, nextIndex: number | null) => void;

/**
 * What an inpainting UNet takes behind the latents: the mask, then the latents of the picture without what is masked, for every item.
 *
 * @param mask 1 × 1 × height × width in latents, 1 where something is to be painted
 * @param masked latents of every item
 */
export function inpaintChannels(mask: FloatTensor, masked: Float32Array, shape: LatentShape): FloatTensor {
  const { items, channels, height, width } = shape;
  const area = height * width;
  const data = new Float32Array(items * (channels + 1) * area);
  for (let item = 0; item < items; item++) {
    const at = item * (channels + 1) * area;
    data.set(mask.data, at);
    data.set(masked.subarray(item * channels * area, (item + 1) * channels * area), at + area);
  }
  return { dims: [items, channels + 1, height, width], data };
}

/**
 * For a model that was not made for inpainting: puts the picture back outside the mask after each step, with as much of the first noise
 * as the rest has then.
 */
export function keepOutside(
  mask: FloatTensor,
  clean: Float32Array,
  noise: Float32Array,
  scheduler: NoiseScheduler,
  shape: LatentShape,
): Keep {
  const area = shape.height * shape.width;
  return (latents, nextIndex) => {
    const original = nextIndex === null ? clean : scheduler.addNoise(clean, noise, nextIndex);
    for (let at = 0; at < lengthOf(shape); at += area)
      for (let i = 0; i < area; i++) {
        const share = mask.data[i]!;
        latents[at + i] = (1 - share) * original[at + i]! + share * latents[at + i]!;
      }
  };
}
