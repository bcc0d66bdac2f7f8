import { fitInto } from '../../geometry/fit.js';
import { around, box, circle, onCircle, polygon, regular } from '../../geometry/shapes.js';
import { move, type Path, rotate } from '../../geometry/path.js';
import { mark, type Piece } from '../piece.js';
import type { Mark } from './mark.js';

/** Quarters of discs, discs and squares in rows. */
export const mosaic: Mark = ({ tones, random }) => {
  const side = tones.length > 3 || random.next() < 0.35 ? 3 : 2;
  const cell = 96 / side;
  return Array.from({ length: side * side }, (_, index) => {
    const [column, row] = [index % side, Math.floor(index / side)];
    const kind = random.below(side === 2 ? 4 : 6);
    const quarters = rotate(quarter(cell * 0.97), 90 * random.below(4));
    const tile =
      kind === 0
        ? circle(0, 0, cell * 0.485)
        : kind === 5
          ? box(-cell * 0.485, -cell * 0.485, cell * 0.97, cell * 0.97)
          : quarters;
    const [x, y] = [(column - (side - 1) / 2) * cell, (row - (side - 1) / 2) * cell];
    return mark(
      tones[(column + row * (side % tones.length === 0 ? 1 : side)) % tones.length]!,
      move(tile, x, y),
    );
  });
};

/** A quarter of a disc that fills a square around the origin. */
function quarter(side: number): Path {
  const half = side / 2;
  const handle = side * 0.5522847498;
  return [
    ['M', -half, half],
    ['L', -half, -half],
    ['C', -half + handle, -half, half, half - handle, half, half],
    ['Z'],
  ];
}

/** Dots joined by lines to one in the middle. */
export const nodes: Mark = ({ tones, random }) => {
  const places = around(6, 41, 30 * random.below(2));
  const spokes = places.flatMap(([x, y]) => bar(x, y, 4.4));
  const first = tones[0]!;
  const dots = places.map(([x, y], index): Piece => {
    const tone = tones[(index + 1) % tones.length]!;
    return mark(tone, circle(x, y, index % 2 === 0 ? 10 : 7));
  });
  return [mark(first, spokes), ...dots, mark(first, circle(0, 0, 13))];
};

function bar(x: number, y: number, width: number): Path {
  const length = Math.hypot(x, y);
  const [dx, dy] = [(-y / length) * (width / 2), (x / length) * (width / 2)];
  return polygon([dx, dy], [-dx, -dy], [x - dx, y - dy], [x + dx, y + dy]);
}

/** The first letter on a disc, a hexagon, a rounded square or a shield. */
export const initial: Mark = ({ tones, inkOn, initial: letter, face, random }) => {
  const [fill, ...others] = tones;
  const shapes: Path[] = [circle(0, 0, 50), regular(6, 52), box(-46, -46, 92, 92, 22), shield()];
  const shape = shapes[random.below(shapes.length)]!;
  const glyph = fitInto(
    face.line(letter).glyphs.flatMap(({ path, x }) => move(path, x, 0)),
    50,
    46,
  );
  const dots = others.map((tone, index) => mark(tone, circle(...onCircle(63, 45 + index * 25), 9)));
  return [mark(fill!, shape), { ...mark(inkOn(fill!), glyph), on: fill! }, ...dots];
};

function shield(): Path {
  return [
    ['M', -42, -48],
    ['L', 42, -48],
    ['L', 42, 2],
    ['C', 42, 28, 22, 44, 0, 54],
    ['C', -22, 44, -42, 28, -42, 2],
    ['Z'],
  ];
}
