import { arc, circle, polygon } from '../../geometry/shapes.js';
import { move, type Path, rotate, scale } from '../../geometry/path.js';
import { ribbon } from '../../geometry/ribbon.js';
import { mark } from '../piece.js';
import type { Mark } from './mark.js';

/** A twig with leaves on both sides. */
export const sprig: Mark = ({ tones, random }) => {
  const pairs = Math.max(2, Math.ceil((tones.length - 1) / 2));
  const blade = leaf(36 - 4 * pairs, random.next() < 0.5 ? 0.34 : 0.46);
  const stem: Path = [['M', -1.9, 50], ['L', -1.2, -20], ['L', 1.2, -20], ['L', 1.9, 50], ['Z']];
  const step = 58 / pairs;
  const sides = Array.from({ length: pairs * 2 }, (_, index) => {
    const y = 36 - Math.floor(index / 2) * step;
    const grown = scale(blade, 1 - Math.floor(index / 2) * 0.12);
    return { blade: move(rotate(grown, index % 2 === 0 ? 52 : -52), 0, y), index };
  });
  const top = move(scale(blade, 0.9), 0, -14);
  return [
    mark(tones[0]!, stem),
    mark(tones[0]!, top),
    ...sides.map(({ blade: path, index }) =>
      mark(tones[(index + (tones.length > 1 ? 1 : 0)) % tones.length]!, path),
    ),
  ];
};

/** A leaf that grows upwards from the origin. */
function leaf(length: number, width: number): Path {
  const half = length * width;
  return [
    ['M', 0, 0],
    ['C', half * 1.3, -length * 0.3, half * 1.1, -length * 0.75, 0, -length],
    ['C', -half * 1.1, -length * 0.75, -half * 1.3, -length * 0.3, 0, 0],
    ['Z'],
  ];
}

/** Waves, one above the other, as wide as a disc is there. */
export const waves: Mark = ({ tones, random }) => {
  const count = Math.max(3, tones.length);
  const pitch = 84 / count;
  const sense = random.next() < 0.5 ? 1 : -1;
  return Array.from({ length: count }, (_, index) => {
    const middle = (index - (count - 1) / 2) * pitch;
    const reach = Math.sqrt(50 ** 2 - middle ** 2);
    const y = (x: number): number => middle + sense * pitch * 0.26 * Math.sin((x / 50) * Math.PI * 1.1);
    return mark(tones[index % tones.length]!, ribbon(-reach, reach, y, pitch * 0.5));
  });
};

/** Two peaks with the sun above them. */
export const peaks: Mark = ({ tones, ground, random }) => {
  const flip = random.next() < 0.5 ? 1 : -1;
  const at = (x: number, y: number): [number, number] => [x * flip, y];
  const front = polygon(at(-50, 38), at(-10, -34), at(30, 38));
  const back = polygon(at(14, 2), at(24, -13), at(52, 38), at(34.4, 38));
  const snow = polygon(at(-10, -34), at(-22.2, -12), at(-14, -16), at(-8, -9), at(-2, -16), at(2.2, -12));
  const [rock, second = rock, sun = second] = tones;
  const rest = tones
    .slice(3)
    .map((tone, index) =>
      mark(
        tone,
        polygon(
          at(-50, 42 + index * 6),
          at(52, 42 + index * 6),
          at(52, 46 + index * 6),
          at(-50, 46 + index * 6),
        ),
      ),
    );
  return [
    mark(sun!, circle(30 * flip, -34, 11)),
    mark(second!, back),
    mark(rock!, front),
    mark(ground, snow),
    ...rest,
  ];
};

/** A face that is pleased. */
export const smile: Mark = ({ tones, inkOn, random }) => {
  const [skin, ...others] = tones;
  const lobes = 8 + 2 * random.below(3);
  const head = random.next() < 0.5 ? circle(0, 0, 48) : scalloped(lobes);
  const ink = inkOn(skin!);
  const tilt = 8 - random.below(17);
  const cheeks = others
    .slice(0, 1)
    .flatMap((tone) => [mark(tone, circle(-27, 8, 6.5)), mark(tone, circle(27, 8, 6.5))]);
  const places = [circle(48, -44, 8), circle(-48, -44, 8), circle(50, 44, 8)];
  const sparks = others.slice(1).map((tone, index) => mark(tone, places[index]!));
  const parts = [
    mark(skin!, head),
    ...cheeks,
    mark(ink, circle(-15, -9, 6)),
    mark(ink, circle(15, -9, 6)),
    mark(ink, move(arc(21, 6.5, 112, 248, true), 0, 3)),
  ];
  return [...parts.map((part) => ({ ...part, path: rotate(part.path, tilt) })), ...sparks];
};

function scalloped(lobes: number): Path {
  const bumps = Array.from({ length: lobes }, (_, index) =>
    rotate(circle(0, -39, ((39 * Math.PI) / lobes) * 1.12), (index * 360) / lobes),
  );
  return [...circle(0, 0, 40), ...bumps.flat()];
}
