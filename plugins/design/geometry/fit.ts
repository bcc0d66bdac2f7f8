import { boundsOf, heightOf, middleOf, widthOf } from './box.js';
import { move, type Path, scale } from './path.js';

/** As large as fits into a box of this size around the origin. */
export function fitInto(path: Path, width: number, height: number): Path {
  const box = boundsOf(path);
  const [x, y] = middleOf(box);
  return scale(move(path, -x, -y), Math.min(width / widthOf(box), height / heightOf(box)));
}
