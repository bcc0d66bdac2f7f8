import { inkOn } from '../../colours/scheme.js';
import { boundsOf } from '../../geometry/box.js';
import { move, type Path, rotate, scale } from '../../geometry/path.js';
import { box as rectangle } from '../../geometry/shapes.js';
import { setLines } from '../lettering.js';
import { capitals } from '../name.js';
import { letters, mark } from '../piece.js';
import type { Layout } from './layout.js';

/** Each letter on a tile of its own, each word in a row. */
export const tiles: Layout = {
  refusal: (name) => {
    const words = name.split(' ');
    const fits = words.length <= 3 && words.every((word) => [...word].length <= 9);
    return fits ? undefined : 'holds names of up to three words of up to 9 characters each';
  },
  draw(brief) {
    const { name, face, style, scheme, random } = brief;
    const tilted = style.corner >= 0.4;
    const shift = random.below(scheme.shapes.length);
    let count = shift;
    return capitals(name)
      .split(' ')
      .flatMap((word, row) => {
        const characters = [...word];
        return characters.flatMap((character, column) => {
          const fill = scheme.shapes[count++ % scheme.shapes.length]!;
          const lean = tilted ? 5 * (1 - 2 * (column % 2)) : 0;
          const x = (column - (characters.length - 1) / 2) * 112;
          const glyph = centredLetter(setLines(face, [character], { tracking: 0 }).path);
          const parts = [
            mark(fill, rectangle(-52, -52, 104, 104, 104 * style.corner * 0.62)),
            letters(inkOn(fill, scheme), fill, glyph),
          ];
          return parts.map((part) => ({ ...part, path: move(rotate(part.path, lean), x, row * 112) }));
        });
      });
  },
};

/** Centred between its sides, with the height of capitals, so that the letters of a row stand on one line. */
function centredLetter(path: Path): Path {
  const { left, right } = boundsOf(path);
  const size = Math.min(56, 78 / (right - left));
  return move(scale(move(path, -(left + right) / 2, 0.5), size), 0, 0);
}
