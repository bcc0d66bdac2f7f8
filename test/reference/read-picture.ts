import sharp from 'sharp';
import type { Picture } from '../../packages/diffusion/src/pictures/picture.js';
import { referencePath } from './pack.js';

/** A PNG of the pack: RGB, or grey as one byte a pixel and channels 1. */
export async function readReferencePixels(
  ...names: string[]
): Promise<{ width: number; height: number; channels: number; data: Uint8Array }> {
  const { data, info } = await sharp(referencePath(...names))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data: new Uint8Array(data) };
}

/** An RGB picture of the pack. */
export async function readReferencePicture(...names: string[]): Promise<Picture> {
  const pixels = await readReferencePixels(...names);
  if (pixels.channels !== 3) throw new Error(`${names.join('/')} is not RGB`);
  return pixels as Picture;
}
