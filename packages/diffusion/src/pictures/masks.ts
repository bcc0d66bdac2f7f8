import type { FloatTensor } from '@atelier/onnx';
import type { GreyPicture, Picture, Size } from './picture.js';
import { lanczos, resample } from './resample.js';
import { resizePicture } from './resize-picture.js';

/**
 * The mask processor of diffusers' inpainting: Lanczos, then grey, then 1 where it is half bright or more and 0 elsewhere.
 * @param size of the pictures to be made
 * @returns 1 × 1 × height × width
 */
export function maskTensor(mask: Picture | GreyPicture, { width, height }: Size): FloatTensor {
  const grey = greyAt(mask, { width, height });
  return { dims: [1, 1, height, width], data: Float32Array.from(grey, (value) => (value >= 128 ? 1 : 0)) };
}

/**
 * The mask at the size of the latents: of each patch its first value (`interpolate` of torch with the mode nearest).
 * @param mask 1 × 1 × height × width
 */
export function latentMask({ dims, data }: FloatTensor, size: Size): FloatTensor {
  const [, , height, width] = dims as [number, number, number, number];
  const values = new Float32Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    const row = Math.floor((y * height) / size.height) * width;
    for (let x = 0; x < size.width; x++)
      values[y * size.width + x] = data[row + Math.floor((x * width) / size.width)]!;
  }
  return { dims: [1, 1, size.height, size.width], data: values };
}

/**
 * The picture with 0, the middle of its range, wherever the mask is 1.
 * @param picture 1 × channels × height × width
 * @param mask 1 × 1 × height × width
 */
export function maskedPicture({ dims, data }: FloatTensor, { data: mask }: FloatTensor): FloatTensor {
  return { dims, data: data.map((value, i) => (mask[i % mask.length]! < 0.5 ? value : 0)) };
}

function greyAt(mask: Picture | GreyPicture, size: Size): Uint8Array {
  if (!('channels' in mask)) return resample({ ...mask, channels: 1 }, size, lanczos).data;
  const { data, channels } = resizePicture(mask, size);
  const grey = new Uint8Array(size.width * size.height);
  for (let i = 0, at = 0; i < grey.length; i++, at += channels)
    grey[i] = luma(data[at]!, data[at + 1]!, data[at + 2]!);
  return grey;
}

/** ITU-R 601-2, in 16 bits as Pillow's mode L has it. */
function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
