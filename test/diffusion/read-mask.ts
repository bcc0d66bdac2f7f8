import type { GreyPicture, Picture } from '@atelier/diffusion';
import { readReferencePixels } from '../reference/read-picture.js';

/** A mask of the pack, grey or in colour. `file` is relative to the goldens. */
export async function readMask(file: string): Promise<Picture | GreyPicture> {
  const { channels, ...grey } = await readReferencePixels('goldens', file);
  return channels === 1 ? grey : ({ channels, ...grey } as Picture);
}
