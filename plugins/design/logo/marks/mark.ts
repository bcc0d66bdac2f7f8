import type { Random } from '@atelier/sdk';
import type { Typeface } from '../../fonts/typeface.js';
import type { Piece } from '../piece.js';

/** What a mark is drawn with. It is about 100 wide and high, around the origin, and shows every tone. */
export interface MarkBrief {
  tones: readonly string[];
  /** what it stands on, for what is cut out of it */
  ground: string;
  /** the tone that letters on another one are written in */
  inkOn(fill: string): string;
  initial: string;
  face: Typeface;
  random: Random;
}

export type Mark = (brief: MarkBrief) => Piece[];

/** Of these numbers of parts one that gives every tone as many as the others, else the least multiple that is enough. */
export function share(tones: readonly string[], counts: readonly number[], random: Random): number {
  const even = counts.filter((count) => count % tones.length === 0);
  return even.length > 0 ? even[random.below(even.length)]! : tones.length * Math.ceil(5 / tones.length);
}
