import { box, circle, polygon, regular, star } from '../../geometry/shapes.js';
import { move, type Path, reverse, rotate } from '../../geometry/path.js';
import { mark } from '../piece.js';
import { type Mark } from './mark.js';

/** Columns with round ends, as of a chart or a sound. */
export const bars: Mark = ({ tones, random }) => {
  const count = Math.max(tones.length, 3 + random.below(3));
  const pitch = 100 / (count - 0.35);
  const rising = random.next() < 0.5;
  return Array.from({ length: count }, (_, index) => {
    const share = rising
      ? (index + 1.4) / (count + 0.4)
      : 0.42 + 0.58 * Math.sin(((index + 0.5) / count) * Math.PI);
    const height = 96 * share;
    const top = rising ? 48 - height : -height / 2;
    const width = pitch * 0.65;
    return mark(tones[index % tones.length]!, box(-50 + index * pitch, top, width, height, width / 2));
  });
};

/** Arrows upwards, one above the other. */
export const chevrons: Mark = ({ tones, random }) => {
  const count = Math.max(2 + random.below(2), tones.length);
  const pitch = 92 / (count + 0.9);
  const thick = pitch * 0.74;
  const turn = 90 * random.below(2);
  return Array.from({ length: count }, (_, index) => {
    const y = -46 + index * pitch;
    const rise = pitch * 1.16;
    const arrow = polygon(
      [0, y],
      [46, y + rise],
      [46, y + rise + thick],
      [0, y + thick],
      [-46, y + rise + thick],
      [-46, y + rise],
    );
    return mark(tones[index % tones.length]!, rotate(arrow, turn));
  });
};

/** Three sides of a cube, parted by gaps. */
export const cube: Mark = ({ tones }) => {
  const [sin, cos] = [25, 43.3];
  const gap = 2.2;
  const sides: [Path, number, number][] = [
    [polygon([0, -50], [cos, -sin], [0, 0], [-cos, -sin]), 0, -gap],
    [polygon([cos, -sin], [cos, sin], [0, 50], [0, 0]), gap, gap * 0.6],
    [polygon([-cos, -sin], [0, 0], [0, 50], [-cos, sin]), -gap, gap * 0.6],
  ];
  const pieces = sides.map(([side, x, y], index) => mark(tones[index % tones.length]!, move(side, x, y)));
  const rest = tones.slice(3);
  return [
    ...pieces,
    ...rest.map((tone, index) => mark(tone, circle((index - (rest.length - 1) / 2) * 16, 64, 5))),
  ];
};

/** A rhombus within the outline of another, with a dot at each end. */
export const diamond: Mark = ({ tones }) => {
  const rhombus = (radius: number): Path => regular(4, radius);
  const frame = [...rhombus(50), ...reverse(rhombus(46.4))];
  const inner = tones.slice(1).map((tone, index, { length }) => {
    const radius = 33 * (1 - index / (length + 0.4));
    return mark(tone, rhombus(radius));
  });
  const core = inner.length > 0 ? inner : [mark(tones[0]!, star(4, 34, 13))];
  return [mark(tones[0]!, frame), ...core];
};

/** A large star with hollow sides and smaller ones beside it. */
export const spark: Mark = ({ tones, random }) => {
  const flip = random.next() < 0.5 ? 1 : -1;
  const small = Math.max(1, tones.length - 1);
  const places = [
    [34, -32, 15],
    [36, 30, 11],
    [-36, 34, 9],
    [-36, -34, 7],
  ] as const;
  const others = places
    .slice(0, small)
    .map(([x, y, radius], index) =>
      mark(tones[(index + 1) % tones.length]!, move(hollowStar(radius), x * flip, y)),
    );
  return [mark(tones[0]!, hollowStar(50)), ...others];
};

function hollowStar(radius: number): Path {
  const r = radius;
  const k = r * 0.13;
  return [
    ['M', 0, -r],
    ['Q', k, -k, r * 0.82, 0],
    ['Q', k, k, 0, r],
    ['Q', -k, k, -r * 0.82, 0],
    ['Q', -k, -k, 0, -r],
    ['Z'],
  ];
}
