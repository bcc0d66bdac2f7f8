import type { Brief } from '../brief.js';
import type { Piece } from '../piece.js';

/** A way to put name, mark and ornaments together. */
export interface Layout {
  /** What keeps a name from being laid out so, to complete “The layout x …”; undefined when nothing does. */
  refusal(name: string): string | undefined;
  draw(brief: Brief): Piece[];
}

export const anyName = (): undefined => undefined;

export function upTo(characters: number): (name: string) => string | undefined {
  return (name) =>
    [...name].length > characters ? `holds names of up to ${characters} characters` : undefined;
}

/** A word that is long makes what stands beside it small. */
export function wordsUpTo(characters: number): (name: string) => string | undefined {
  return (name) =>
    name.split(' ').some((word) => [...word].length > characters)
      ? `holds words of up to ${characters} characters`
      : undefined;
}
