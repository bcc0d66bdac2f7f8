import { middleOf, widthOf } from '../../geometry/box.js';
import { box as rectangle, polygon } from '../../geometry/shapes.js';
import { move, type Path, reverse } from '../../geometry/path.js';
import { fillFor, inkOn, without } from '../../colours/scheme.js';
import { drawMark } from '../marks/draw-mark.js';
import { boxOf, letters, movePieces, ornament } from '../piece.js';
import { anyName, type Layout } from './layout.js';
import { capital, nameIn } from './lockups.js';

/** The name on a block of colour, with the other colours as blocks behind it. */
export const block: Layout = {
  refusal: anyName,
  draw(brief) {
    const { scheme, style } = brief;
    const fill = fillFor(scheme);
    const { piece, box } = nameIn(brief, 4, 3, 'center');
    const ink = boxOf([piece]);
    const bottom = Math.max(box.bottom, ink.bottom - capital * 0.12);
    const top = Math.min(box.top, ink.top + capital * 0.12);
    const [padX, padY] = [capital * 0.72, capital * 0.62];
    const [width, height] = [widthOf(box) + 2 * padX, bottom - top + 2 * padY];
    const corner = style.corner * Math.min(height, capital * 2.4);
    const others = without(scheme.shapes, fill);
    const step = capital * 0.2;
    const behind = others.map((accent, index) =>
      ornament(
        accent,
        rectangle(
          box.left - padX + (index + 1) * step,
          top - padY + (index + 1) * step,
          width,
          height,
          corner,
        ),
      ),
    );
    const front = ornament(fill, rectangle(box.left - padX, top - padY, width, height, corner));
    return [...behind.reverse(), front, letters(inkOn(fill, scheme), fill, piece.path)];
  },
};

/** The name between the lines of a double frame. */
export const frame: Layout = {
  refusal: anyName,
  draw(brief) {
    const { scheme, random } = brief;
    const { piece, box } = nameIn(brief, 3, 3.2, 'center');
    const crown = random.next() < 0.55 ? drawMark(brief, capital * 1.7) : [];
    const [x] = crown.length > 0 ? middleOf(boxOf(crown)) : [0];
    const above = movePieces(crown, -x, box.top - capital * 2.25);
    const [padX, padY] = [capital * 1.15, capital * 0.95];
    const inner = boxOf([...above, piece]);
    const height = Math.max(inner.bottom, box.bottom) - inner.top + 2 * padY;
    const width = widthOf(box) + 2 * padX;
    const [outer, second = outer] = scheme.accents;
    const corner = random.below(3);
    const middle = inner.top - padY + height / 2;
    const lines = [
      ornament(outer!, move(outline(width, height, capital * 0.055, corner), 0, middle)),
      ornament(
        second!,
        move(outline(width - capital * 0.34, height - capital * 0.34, capital * 0.025, corner), 0, middle),
      ),
    ];
    return [...lines, ...above, piece];
  },
};

/** The border of a rectangle around the origin whose corners are square, cut or hollow. */
function outline(width: number, height: number, thick: number, corner: number): Path {
  const shape = (w: number, h: number): Path => {
    const [x, y, c] = [w / 2, h / 2, corner === 0 ? 0 : capital * 0.3];
    if (corner === 2) return hollow(x, y, c);
    return polygon(
      [-x + c, -y],
      [x - c, -y],
      [x, -y + c],
      [x, y - c],
      [x - c, y],
      [-x + c, y],
      [-x, y - c],
      [-x, -y + c],
    );
  };
  return [...shape(width, height), ...reverse(shape(width - 2 * thick, height - 2 * thick))];
}

function hollow(x: number, y: number, c: number): Path {
  const k = c * 0.55;
  return [
    ['M', -x + c, -y],
    ['L', x - c, -y],
    ['C', x - c, -y + k, x - k, -y + c, x, -y + c],
    ['L', x, y - c],
    ['C', x - k, y - c, x - c, y - k, x - c, y],
    ['L', -x + c, y],
    ['C', -x + c, y - k, -x + k, y - c, -x, y - c],
    ['L', -x, -y + c],
    ['C', -x + k, -y + c, -x + c, -y + k, -x + c, -y],
    ['Z'],
  ];
}
