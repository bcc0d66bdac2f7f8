import sharp from 'sharp';
import type { Drawing } from '../drawing.js';
import { toSvg } from './svg.js';

/** Pixels of the shorter side. */
const shorter = 1024;
/** Dots an inch at which an SVG's units are pixels. */
const plain = 72;

export async function toPng(drawing: Drawing): Promise<Uint8Array> {
  const factor = shorter / Math.min(drawing.width, drawing.height);
  const [width, height] = [drawing.width, drawing.height].map((side) => Math.round(side * factor));
  const picture = sharp(Buffer.from(toSvg(drawing)), { density: plain * factor });
  picture.resize(width, height, { fit: 'fill' });
  // Where the sheet ends within a pixel, its edge would be seen through.
  if (drawing.ground !== null) picture.flatten({ background: drawing.ground });
  return picture.png().toBuffer();
}
