import { fillFor, inkOn } from '../../colours/scheme.js';
import { middleOf, widthOf } from '../../geometry/box.js';
import { move, type Path } from '../../geometry/path.js';
import { circle, onCircle, ring, star } from '../../geometry/shapes.js';
import type { Brief } from '../brief.js';
import { breakLines, type Curve, degreesOf, setOnCircle } from '../lettering.js';
import { drawMark } from '../marks/draw-mark.js';
import { boxOf, letters, movePieces, ornament, type Piece, scalePieces } from '../piece.js';
import { type Layout, upTo } from './layout.js';

/** A round emblem: the name along its edge, a mark in the middle. */
export const badge: Layout = {
  refusal: upTo(44),
  draw(brief) {
    const { scheme, random } = brief;
    const isFilled = random.next() < 0.6;
    const fill = isFilled ? fillFor(scheme) : scheme.ground;
    const ink = isFilled ? inkOn(fill, scheme) : scheme.ink;
    const line = isFilled ? ink : scheme.accents[0]!;
    const rings = isFilled
      ? [
          ornament(fill, circle(0, 0, 500)),
          ornament(line, ring(0, 0, 474, 6)),
          ornament(scheme.ground, circle(0, 0, 296)),
        ]
      : [
          ornament(line, ring(0, 0, 492, 16)),
          ornament(line, ring(0, 0, 464, 5)),
          ornament(line, ring(0, 0, 302, 8)),
        ];
    const { path, free } = nameAround(brief);
    const stars = free.map((degrees) => move(star(5, 26, 11), ...onCircle(385, degrees)));
    const centre = inMiddle(drawMark(brief, 370), 390);
    return [...rings, ...centre, ornament(line, stars.flat()), letters(ink, fill, path)];
  },
};

/** The middle of the band that the name runs along. */
const band = 385;

/** The name along the band, in two halves where it is long, and where the band stays free, in degrees. */
function nameAround({ name, face, style }: Brief): { path: Path; free: number[] } {
  const parts = [...name].length > 14 ? breakLines(name, 2) : [name];
  const most = parts.length > 1 ? 158 : 250;
  let [height, tracking] = [92, Math.max(style.tracking, 0.06)];
  const curves = (): Curve[] => {
    const radii = [band - height / 2, band + height / 2];
    return parts.map((_, index) => ({ radius: radii[index]!, height, tracking, side: sides[index]! }));
  };
  const widest = (): number =>
    Math.max(...curves().map((curve, index) => degreesOf(face, parts[index]!, curve)));
  while (widest() > most && height > 12) height *= 0.95;
  // A short name would huddle at the top.
  while (widest() < 95 && tracking < 0.5) tracking += 0.04;
  const path = curves().flatMap((curve, index) => setOnCircle(face, parts[index]!, curve));
  return { path, free: parts.length > 1 ? [90, 270] : [150, 165, 180, 195, 210] };
}

const sides = ['top', 'bottom'] as const;

function inMiddle(pieces: readonly Piece[], most: number): Piece[] {
  const box = boxOf(pieces);
  const factor = Math.min(1, most / widthOf(box));
  const [x, y] = middleOf(box);
  return scalePieces(movePieces(pieces, -x, -y), factor);
}
