import { shade } from '../../colours/colour.js';
import { fillFor, inkOn, without } from '../../colours/scheme.js';
import { middleOf, widthOf } from '../../geometry/box.js';
import { move, type Path } from '../../geometry/path.js';
import { box as rectangle, polygon, star } from '../../geometry/shapes.js';
import type { Brief } from '../brief.js';
import { drawMark } from '../marks/draw-mark.js';
import { boxOf, letters, movePieces, ornament, type Piece } from '../piece.js';
import { type Layout, upTo } from './layout.js';
import { capital, nameIn } from './lockups.js';

/** The name on a ribbon whose ends are folded behind it, under a mark. */
export const ribbon: Layout = {
  refusal: upTo(30),
  draw(brief) {
    const { scheme, random } = brief;
    const fill = fillFor(scheme);
    const { piece, box } = nameIn(brief, 1, 5, 'center');
    const ink = boxOf([piece]);
    const half = widthOf(box) / 2 + capital * 0.75;
    const top = Math.min(box.top, ink.top) - capital * 0.5;
    const bottom = Math.max(box.bottom, ink.bottom - capital * 0.1) + capital * 0.5;
    const [tail = fill, ...others] = without(scheme.shapes, fill);
    const fold = shade(tail, fill, 2.2);
    const parts = tails(half, top, bottom).flatMap(({ end, crease }) => [
      ornament(tail, end),
      ornament(fold, crease),
    ]);
    const banner = ornament(fill, rectangle(-half, top, 2 * half, bottom - top));
    const withMark = random.next() < 0.7 && others.length === 0;
    const above = withMark ? markAbove(brief, top) : starsAbove([...others, tail], top);
    return [...above, ...parts, banner, letters(inkOn(fill, scheme), fill, piece.path)];
  },
};

function tails(half: number, top: number, bottom: number): { end: Path; crease: Path }[] {
  const [drop, reach, overlap] = [capital * 0.32, capital * 0.95, capital * 0.42];
  const notch = (bottom - top) * 0.3;
  return [-1, 1].map((sense) => {
    const [inner, outer] = [sense * (half - overlap), sense * (half + reach)];
    return {
      end: polygon(
        [inner, top + drop],
        [outer, top + drop],
        [outer - sense * notch, (top + bottom) / 2 + drop],
        [outer, bottom + drop],
        [inner, bottom + drop],
      ),
      crease: polygon([inner, bottom], [sense * half, bottom], [inner, bottom + drop]),
    };
  });
}

function markAbove(brief: Brief, top: number): Piece[] {
  const drawn = drawMark(brief, capital * 2.6);
  const [x] = middleOf(boxOf(drawn));
  return movePieces(drawn, -x, top - capital * 3.05);
}

function starsAbove(colours: readonly string[], top: number): Piece[] {
  return [0, -1, 1].map((place, index) => {
    const [radius, above] = place === 0 ? [38, 0.78] : [26, 0.62];
    const points = move(star(5, radius, radius * 0.42), place * 100, top - capital * above);
    return ornament(colours[index % colours.length]!, points);
  });
}
