import { same } from '../colours/colour.js';
import type { Drawing } from '../drawing.js';
import { heightOf, widthOf } from '../geometry/box.js';
import { toData } from '../geometry/path.js';
import { circle } from '../geometry/shapes.js';
import { boxOf, movePieces, ornament, type Piece, scalePieces } from './piece.js';

/** Of the longer side of a drawing. */
const longest = 1200;
/** The wider a logo is, the smaller it becomes wherever it is put. */
const widest = 3;

/** Colours that found no place get one: dots in a row below. */
export function withAll(
  colours: readonly string[],
  ground: string | null,
  pieces: readonly Piece[],
): Piece[] {
  const left = colours.filter(
    (colour) => !same(colour, ground ?? '') && !pieces.some(({ fill }) => same(fill, colour)),
  );
  if (left.length === 0) return [...pieces];
  const box = boxOf(pieces);
  const radius = 0.02 * (widthOf(box) + heightOf(box));
  const y = box.bottom + 3.4 * radius;
  const middle = (box.left + box.right) / 2;
  const dots = left.map((colour, index) =>
    ornament(colour, circle(middle + (index - (left.length - 1) / 2) * radius * 3.4, y, radius)),
  );
  return [...pieces, ...dots];
}

/** Puts the pieces into the middle of a sheet with a margin, upright or wide but never extremely so. */
export function compose(pieces: readonly Piece[], title: string, ground: string | null): Drawing {
  const box = boxOf(pieces);
  const [width, height] = [widthOf(box), heightOf(box)];
  const margin = 0.17 * Math.min(width, height) + 0.05 * Math.max(width, height);
  const [full, tall] = [width + 2 * margin, height + 2 * margin];
  const sheet = { width: Math.max(full, tall), height: Math.max(tall, full / widest) };
  const factor = longest / Math.max(sheet.width, sheet.height);
  const size = { width: Math.round(sheet.width * factor), height: Math.round(sheet.height * factor) };
  const scaled = scalePieces(
    movePieces(pieces, -(box.left + box.right) / 2, -(box.top + box.bottom) / 2),
    factor,
  );
  return {
    title,
    ...size,
    ground,
    shapes: movePieces(scaled, size.width / 2, size.height / 2).map(({ group, fill, path }) => ({
      group,
      fill,
      d: toData(path),
    })),
  };
}
