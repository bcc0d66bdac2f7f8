import type { FloatTensor } from '@atelier/onnx';
import { withoutAlpha, type Picture, type Size } from './picture.js';
import { resizePicture, type Fit } from './resize-picture.js';

export interface PictureTensorOptions {
  /** The picture's own if left out; rounded down to a multiple of `multipleOf`, but never to nothing. */
  readonly size?: Partial<Size>;
  /** pixels; 8 if left out */
  readonly multipleOf?: number;
  readonly fit?: Fit;
  /** What 0 and 255 become: −1 and 1 (`signed`, for a VAE, if left out), or 0 and 1 (`unit`, for a ControlNet or an upscaler). */
  readonly range?: 'signed' | 'unit';
}

/** `VaeImageProcessor.preprocess` of diffusers: 1 × 3 × height × width; alpha is dropped. */
export function pictureTensor(picture: Picture, options: PictureTensorOptions = {}): FloatTensor {
  const { size = {}, multipleOf = 8, fit, range = 'signed' } = options;
  const down = (side: number): number => Math.max(side - (side % multipleOf), multipleOf);
  const width = down(size.width ?? picture.width);
  const height = down(size.height ?? picture.height);
  const { data } = withoutAlpha(resizePicture(withoutAlpha(picture), { width, height }, fit));
  const levels = range === 'signed' ? signedLevels : unitLevels;
  const area = width * height;
  const values = new Float32Array(3 * area);
  for (let i = 0, at = 0; i < area; i++, at += 3) {
    values[i] = levels[data[at]!]!;
    values[i + area] = levels[data[at + 1]!]!;
    values[i + 2 * area] = levels[data[at + 2]!]!;
  }
  return { dims: [1, 3, height, width], data: values };
}

/**
 * `VaeImageProcessor.postprocess` of diffusers: what is beyond −1 and 1 is cut off, the rest rounded to 8 bits, halves to even.
 * @param tensor pictures × 3 × height × width
 */
export function tensorPictures({ dims, data }: FloatTensor): Picture[] {
  const [items, , height, width] = dims as [number, number, number, number];
  const area = height * width;
  return Array.from({ length: items }, (_, item) => {
    const pixels = new Uint8Array(3 * area);
    for (let channel = 0; channel < 3; channel++) {
      const from = (item * 3 + channel) * area;
      for (let i = 0, at = channel; i < area; i++, at += 3) pixels[at] = level(data[from + i]!);
    }
    return { width, height, channels: 3, data: pixels };
  });
}

const unitLevels = Float32Array.from({ length: 256 }, (_, value) => value / 255);
const signedLevels = unitLevels.map((value) => 2 * value - 1);

/** Adding it leaves a float64 no digits after the point, so that the addition rounds, halves to even. */
const rounder = 2 ** 52;

function level(value: number): number {
  const unit = Math.fround(value / 2 + 0.5);
  if (unit <= 0) return 0;
  return unit >= 1 ? 255 : Math.fround(unit * 255) + rounder - rounder;
}
