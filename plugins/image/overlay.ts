import type { Image } from '@atelier/sdk';
import type { OverlayOptions } from 'sharp';
import { open, take } from './pixels.js';

/**
 * How the overlay's colours meet the picture's, as the W3C's Compositing and Blending Level 1 defines them, except that
 * libvips dodges black with white to white and burns white with black to black.
 */
export const blendModes = [
  'over',
  'multiply',
  'screen',
  'overlay',
  'darken',
  'lighten',
  'colour-dodge',
  'colour-burn',
  'hard-light',
  'soft-light',
  'difference',
  'exclusion',
  'add',
] as const;

export type BlendMode = (typeof blendModes)[number];

export interface Layer {
  image: Image;
  /** pixels from the picture's left edge to the layer's; may be negative */
  left: number;
  top: number;
  blend?: BlendMode;
}

/** Lays pictures over another in order. The result has the base's size and channels; what lies outside it is cut off. */
export async function overlay(base: Image, layers: readonly Layer[]): Promise<Image> {
  const visible = await Promise.all(layers.map((layer) => cut(layer, base)));
  const inputs = visible.filter((input) => input !== undefined);
  if (inputs.length === 0) return base;
  const composed = open(base).composite(inputs);
  return take(base.channels === 3 ? composed.removeAlpha() : composed);
}

/** The part of a layer that lies on the base: libvips refuses layers that are larger than it. */
async function cut(
  { image, left, top, blend = 'over' }: Layer,
  base: Image,
): Promise<OverlayOptions | undefined> {
  const right = Math.min(left + image.width, base.width);
  const bottom = Math.min(top + image.height, base.height);
  const area = { left: Math.max(left, 0), top: Math.max(top, 0) };
  const width = right - area.left;
  const height = bottom - area.top;
  if (width <= 0 || height <= 0) return undefined;
  const whole = width === image.width && height === image.height;
  const part = whole
    ? image
    : await take(open(image).extract({ left: area.left - left, top: area.top - top, width, height }));
  return {
    input: Buffer.from(part.data.buffer, part.data.byteOffset, part.data.byteLength),
    raw: { width, height, channels: part.channels },
    ...area,
    blend,
  };
}

/** The same picture with its alpha multiplied by `opacity`, 0 to 1. */
export function fade(image: Image, opacity: number): Image {
  if (opacity === 1) return image;
  const { width, height, channels, data } = image;
  const faded = new Uint8Array(width * height * 4);
  for (let from = 0, to = 0; to < faded.length; from += channels, to += 4) {
    faded[to] = data[from] ?? 0;
    faded[to + 1] = data[from + 1] ?? 0;
    faded[to + 2] = data[from + 2] ?? 0;
    faded[to + 3] = Math.round((channels === 4 ? (data[from + 3] ?? 0) : 255) * opacity);
  }
  return { width, height, channels: 4, data: faded };
}
