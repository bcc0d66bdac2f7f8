import type { Path } from '../geometry/path.js';
import { type Box, boundsOf, union } from '../geometry/box.js';
import { move, scale } from '../geometry/path.js';

/** A part of a logo: one colour, one outline. */
export interface Piece {
  group: 'mark' | 'name' | 'ornament';
  fill: string;
  path: Path;
  /** what it stands on, where it has to be read */
  on?: string;
}

export const mark = (fill: string, path: Path): Piece => ({ group: 'mark', fill, path });
export const ornament = (fill: string, path: Path): Piece => ({ group: 'ornament', fill, path });
export const letters = (fill: string, on: string, path: Path): Piece => ({ group: 'name', fill, on, path });

export function boxOf(pieces: readonly Piece[]): Box {
  return union(pieces.map(({ path }) => boundsOf(path)));
}

export function movePieces(pieces: readonly Piece[], dx: number, dy: number): Piece[] {
  return pieces.map((piece) => ({ ...piece, path: move(piece.path, dx, dy) }));
}

export function scalePieces(pieces: readonly Piece[], factor: number): Piece[] {
  return pieces.map((piece) => ({ ...piece, path: scale(piece.path, factor) }));
}

/** As high as asked for, with its upper left corner at the origin. */
export function fitHeight(pieces: readonly Piece[], height: number): Piece[] {
  const { left, top, bottom } = boxOf(pieces);
  return scalePieces(movePieces(pieces, -left, -top), height / (bottom - top));
}
