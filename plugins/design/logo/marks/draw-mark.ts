import { inkOn } from '../../colours/scheme.js';
import { pick } from '../pick.js';
import type { Brief } from '../brief.js';
import { initialsOf } from '../lettering.js';
import { fitHeight, type Piece } from '../piece.js';

/** One of the style's marks, so high, with its upper left corner at the origin. */
export function drawMark({ name, face, style, scheme, random }: Brief, height: number): Piece[] {
  const mark = pick(style.marks, random);
  const withInk = random.next() < 0.5 && scheme.accents.length < 3 && !scheme.accents.includes(scheme.ink);
  const pieces = mark({
    tones: withInk ? [...scheme.accents, scheme.ink] : scheme.accents,
    ground: scheme.ground,
    inkOn: (fill) => inkOn(fill, scheme),
    initial: [...initialsOf(name)][0]!,
    face,
    random,
  });
  return fitHeight(pieces, height);
}
