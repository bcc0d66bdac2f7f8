import { fillFor, inkOn, without } from '../../colours/scheme.js';
import { widthOf } from '../../geometry/box.js';
import { fitInto } from '../../geometry/fit.js';
import { move, type Path, scale } from '../../geometry/path.js';
import { arc, box as rectangle, circle, regular, ring } from '../../geometry/shapes.js';
import { pick } from '../pick.js';
import type { Brief } from '../brief.js';
import { initialsOf, setLines, setToFit } from '../lettering.js';
import { boxOf, letters, mark, type Piece } from '../piece.js';
import { anyName, type Layout } from './layout.js';

/** The initials in a shape, the name below. */
export const monogram: Layout = {
  refusal: anyName,
  draw(brief) {
    const { name, face, style, scheme } = brief;
    const emblem = initials(brief);
    const { path, box } = setToFit(
      face,
      name,
      { tracking: Math.max(style.tracking, 0.08) },
      { most: 3, aspect: 7 },
    );
    const size = Math.min(62, Math.max(34, 460 / widthOf(box)));
    const top = boxOf(emblem).bottom + size + 62;
    return [...emblem, letters(scheme.ink, scheme.ground, move(scale(path, size), 0, top))];
  },
};

function initials(brief: Brief): Piece[] {
  const { name, face, style, scheme, random } = brief;
  const text = initialsOf(name);
  const { path } = setLines(face, [text], { tracking: Math.min(style.tracking, 0.04) });
  const round = pick(
    style.corner === 0 ? ['ring', 'diamond', 'square'] : ['disc', 'square', 'hexagon', 'ring'],
    random,
  );
  const fill = fillFor(scheme);
  const others = without(scheme.shapes, fill);
  if (round === 'ring') return hollowEmblem(path, scheme.ink, scheme.ground, scheme.accents);
  // The corners of a square stay within the rim.
  const half = others.length > 0 ? 168 : 190;
  const room = round === 'diamond' ? 200 : 250;
  const shape = {
    disc: circle(0, 0, 200),
    square: rectangle(-half, -half, 2 * half, 2 * half, half * style.corner * 1.6),
    hexagon: regular(6, 212),
    diamond: regular(4, 232),
  }[round]!;
  const rims = others.length > 0 ? segments(others, 262) : [];
  const letter = { ...mark(inkOn(fill, scheme), fitInto(path, room, room * 0.62)), on: fill };
  return [...rims, mark(fill, shape), letter];
}

function hollowEmblem(path: Path, ink: string, ground: string, accents: readonly string[]): Piece[] {
  return [...segments(accents, 205), { ...mark(ink, fitInto(path, 270, 170)), on: ground }];
}

/** A circle in equal parts, one for each colour; two colours take two parts each. */
function segments(colours: readonly string[], radius: number): Piece[] {
  if (colours.length === 1) return [mark(colours[0]!, ring(0, 0, radius, 14))];
  const count = colours.length === 2 ? 4 : colours.length;
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [(index * 360) / count + 4, ((index + 1) * 360) / count - 4];
    return mark(colours[index % colours.length]!, arc(radius, 14, from, to));
  });
}
