import { arc, circle, onCircle } from '../../geometry/shapes.js';
import { type Path, rotate } from '../../geometry/path.js';
import { pick } from '../pick.js';
import { mark, type Piece } from '../piece.js';
import { type Mark, share } from './mark.js';

/** Leaves around a centre. */
export const petals: Mark = ({ tones, random }) => {
  const count = share(tones, [6, 8, 5, 9], random);
  const width = Math.min(26, 150 / count);
  const slim = random.next() < 0.5;
  const leaf: Path = slim
    ? [
        ['M', 0, -9],
        ['C', width * 0.95, -20, width * 0.75, -44, 0, -50],
        ['C', -width * 0.75, -44, -width * 0.95, -20, 0, -9],
        ['Z'],
      ]
    : [
        ['M', 0, -6],
        ['C', width * 0.5, -18, width, -50, 0, -50],
        ['C', -width, -50, -width * 0.5, -18, 0, -6],
        ['Z'],
      ];
  return Array.from({ length: count }, (_, index) =>
    mark(tones[index % tones.length]!, rotate(leaf, (index * 360) / count)),
  );
};

/** Bands along circles that share their centre, each open somewhere. */
export const arcs: Mark = ({ tones, random }) => {
  const count = Math.max(3, tones.length);
  const pitch = 44 / count;
  const turn = 45 * random.below(8);
  const opening = pick([90, 120, 180], random);
  const bands = Array.from({ length: count - 1 }, (_, index) => {
    const from = turn + index * pick([0, 90, 180], random);
    const band = arc(50 - pitch * (index + 0.3), pitch * 0.6, from, from + 360 - opening, true);
    return mark(tones[index % tones.length]!, band);
  });
  return [...bands, mark(tones[(count - 1) % tones.length]!, circle(0, 0, pitch * 0.75))];
};

/** A disc with others on a ring around it, which is open where they are. */
export const orbit: Mark = ({ tones, random }) => {
  const moons = Math.max(1, tones.length - 1);
  const turn = random.below(360);
  const [core, path] = [tones[0]!, tones.length > 2 ? tones.at(-1)! : tones[0]!];
  const places = Array.from({ length: moons }, (_, index) => turn + (index * 360) / moons);
  return places.flatMap((degrees, index) => [
    ...(index === 0 ? [mark(core, circle(0, 0, 20))] : []),
    mark(path, arc(42, 4, degrees + 20, degrees + 360 / moons - 20, true)),
    mark(tones[(index + 1) % tones.length]!, circle(...onCircle(42, degrees), 9)),
  ]);
};

/** Rays around a disc. */
export const burst: Mark = ({ tones, random }) => {
  const count = share(tones, [12, 16, 10, 15], random);
  const half = 170 / count / 2.6;
  const blunt = random.next() < 0.5;
  const rays = Array.from({ length: count }, (_, index): Piece => {
    const long = blunt || index % 2 === 0 ? 50 : 41;
    const ray: Path = blunt
      ? [['M', -half * 0.45, -26], ['L', half * 0.45, -26], ['L', half, -long], ['L', -half, -long], ['Z']]
      : [['M', -half * 1.1, -24], ['L', half * 1.1, -24], ['L', 0, -long], ['Z']];
    return mark(tones[index % tones.length]!, rotate(ray, (index * 360) / count));
  });
  return [...rays, mark(tones[0]!, circle(0, 0, 20))];
};
