import type { Image, Quantity } from '@atelier/sdk';
import sharp, { type Sharp } from 'sharp';

/** Pixels that a side of a picture made here may have. */
export const maxSide = 16_384;

/** MiB for a node that holds a picture of 16 million pixels with alpha and its result. */
export const workingMiB = 128;

/** The same for a node whose inputs `width` and `height` say how large its result is. */
export const workingMiBOfSize: Quantity = {
  add: [2 * workingMiB, { multiply: [{ input: 'width' }, { input: 'height' }, 8 / 2 ** 20] }],
};

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Begins a sharp pipeline with a picture, whose bytes are read in place. */
export function open(image: Image): Sharp {
  const { width, height, channels } = image;
  return sharp(image.data, { raw: { width, height, channels }, limitInputPixels: false });
}

/** Runs a pipeline. What has grey or 16-bit pixels comes out as 8-bit sRGB too. */
export async function take(pipeline: Sharp): Promise<Image> {
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { width, height, channels: info.channels === 4 ? 4 : 3, data: bytes };
}

/** A picture of one colour; it has alpha only where the colour is not opaque. */
export function solid({ width, height }: Size, colour: string): Image {
  const channels = isOpaque(colour) ? 3 : 4;
  const data = new Uint8Array(width * height * channels);
  Buffer.from(data.buffer).fill(Uint8Array.from(rgba(colour).slice(0, channels)));
  return { width, height, channels, data };
}

export function isOpaque(colour: string): boolean {
  return rgba(colour)[3] === 255;
}

/** Red, green, blue and alpha, 0 to 255, of `#rrggbb` or `#rrggbbaa`. */
export function rgba(colour: string): [number, number, number, number] {
  const [red = 0, green = 0, blue = 0, alpha = 255] = Buffer.from(colour.slice(1), 'hex');
  return [red, green, blue, alpha];
}
