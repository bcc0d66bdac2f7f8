import type { Path, Point, Segment } from './path.js';
import { circle } from './shapes.js';

/** A band of this thickness along a curve y(x), with round ends, in chords too short to be seen. */
export function ribbon(from: number, to: number, y: (x: number) => number, thick: number): Path {
  const count = 96;
  const xs = Array.from({ length: count + 1 }, (_, index) => from + ((to - from) * index) / count);
  const near = (to - from) / 1000;
  const edge = (side: 1 | -1): Point[] =>
    xs.map((x) => {
      const slope = (y(x + near) - y(x - near)) / (2 * near);
      const away = (side * thick) / 2 / Math.hypot(1, slope);
      return [x - slope * away, y(x) + away];
    });
  const [first, ...others] = [...edge(-1), ...edge(1).reverse()];
  const band: Path = [['M', ...first!], ...others.map((point): Segment => ['L', ...point]), ['Z']];
  return [...band, ...circle(from, y(from), thick / 2), ...circle(to, y(to), thick / 2)];
}
