import { middleOf, widthOf } from '../../geometry/box.js';
import { box as rectangle } from '../../geometry/shapes.js';
import { move, scale } from '../../geometry/path.js';
import { ribbon } from '../../geometry/ribbon.js';
import type { Brief } from '../brief.js';
import { type Lettering, setToFit } from '../lettering.js';
import { drawMark } from '../marks/draw-mark.js';
import { boxOf, letters, movePieces, ornament, type Piece } from '../piece.js';
import { anyName, type Layout, wordsUpTo } from './layout.js';

/** Height of a capital of the name. Everything else is measured by it. */
export const capital = 100;

export function nameIn(
  { name, face, style, scheme }: Brief,
  most: number,
  aspect: number,
  align: 'left' | 'center',
): { piece: Piece; box: Lettering['box'] } {
  const { path, box } = setToFit(face, name, { tracking: style.tracking, align }, { most, aspect });
  const sized = {
    left: box.left * capital,
    top: box.top * capital,
    right: box.right * capital,
    bottom: box.bottom * capital,
  };
  return { piece: letters(scheme.ink, scheme.ground, scale(path, capital)), box: sized };
}

/** The mark, and the name to the right of it. */
export const side: Layout = {
  refusal: wordsUpTo(22),
  draw(brief) {
    const { piece, box } = nameIn(brief, 3, 4, 'left');
    const isOneLine = box.bottom < capital * 0.5;
    const height = isOneLine ? capital * 1.95 : (box.bottom - box.top) * 1.16;
    const drawn = drawMark(brief, height);
    const width = widthOf(boxOf(drawn));
    const gap = capital * 0.3 + height * 0.1;
    const [, middle] = middleOf(box);
    return [...movePieces(drawn, -width - gap, middle - height / 2), piece];
  },
};

/** The mark above the name. */
export const stacked: Layout = {
  refusal: anyName,
  draw(brief) {
    const { piece, box } = nameIn(brief, 3, 4.5, 'center');
    const width = widthOf(box);
    const height = Math.min(Math.max(width * 0.46, capital * 2.3), Math.max(capital * 4.2, width * 0.16));
    const drawn = drawMark(brief, height);
    const [x] = middleOf(boxOf(drawn));
    const gap = capital * 0.45 + height * 0.1;
    return [...movePieces(drawn, -x, box.top - gap - height), piece];
  },
};

/** The name over a line in the colours. */
export const underline: Layout = {
  refusal: anyName,
  draw(brief) {
    const { style, scheme, random } = brief;
    const { piece, box } = nameIn(brief, 3, 5, 'center');
    const below = Math.max(box.bottom, boxOf([piece]).bottom - capital * 0.06);
    const isShort = style.tracking >= 0.1;
    const full = widthOf(box);
    const width = isShort ? Math.min(full, Math.max(capital * 2.2, full * 0.3)) : full;
    const thick = capital * (isShort ? 0.07 : 0.15);
    const top = below + capital * (isShort ? 0.62 : 0.34);
    const wavy = style.corner >= 0.4 && random.next() < 0.6;
    const line = wavy ? swash : rule;
    return [
      piece,
      ...line(scheme.accents, width, thick, style.corner * thick)
        .map((part) => move(part.path, 0, top))
        .map((path, index) => ornament(scheme.accents[index]!, path)),
    ];
  },
};

/** A line around x = 0 in equal parts, one for each colour. */
export function rule(colours: readonly string[], width: number, thick: number, corner: number): Piece[] {
  const gap = colours.length > 1 ? thick * 0.6 : 0;
  const part = (width - gap * (colours.length - 1)) / colours.length;
  return colours.map((colour, index) =>
    ornament(colour, rectangle(-width / 2 + index * (part + gap), 0, part, thick, corner)),
  );
}

/** A line that swings, in the same parts. */
function swash(colours: readonly string[], width: number, thick: number): Piece[] {
  const gap = colours.length > 1 ? thick * 0.7 : 0;
  const part = (width - gap * (colours.length - 1)) / colours.length;
  const y = (x: number): number => Math.sin((x / width) * Math.PI * 4) * thick * 0.75;
  return colours.map((colour, index) => {
    const left = -width / 2 + index * (part + gap);
    return ornament(colour, ribbon(left + thick / 2, left + part - thick / 2, y, thick));
  });
}
