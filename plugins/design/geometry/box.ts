import type { Path } from './path.js';

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const widthOf = ({ left, right }: Box): number => right - left;
export const heightOf = ({ top, bottom }: Box): number => bottom - top;
export const middleOf = ({ left, top, right, bottom }: Box): [x: number, y: number] => [
  (left + right) / 2,
  (top + bottom) / 2,
];

/** The smallest box around what is filled; curves count as far as they reach, not their handles. */
export function boundsOf(path: Path): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const reach = (x: number, y: number): void => {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  };
  let [x, y] = [0, 0];
  for (const segment of path) {
    if (segment[0] === 'Z') continue;
    const numbers = segment.slice(1) as number[];
    const xs = [x, ...numbers.filter((_, index) => index % 2 === 0)];
    const ys = [y, ...numbers.filter((_, index) => index % 2 === 1)];
    for (const t of [...turns(xs), ...turns(ys)]) reach(at(xs, t), at(ys, t));
    [x, y] = [xs.at(-1)!, ys.at(-1)!];
    reach(x, y);
  }
  return box;
}

export function union(boxes: readonly Box[]): Box {
  return {
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
}

/** A Bézier curve of any degree (de Casteljau). */
function at(points: readonly number[], t: number): number {
  if (points.length === 1) return points[0]!;
  return at(
    points.slice(1).map((point, index) => points[index]! + (point - points[index]!) * t),
    t,
  );
}

/** Where a curve of degree 2 or 3 turns back, as parameters within (0, 1). */
function turns(points: readonly number[]): number[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  const isBetween = points.every((point) => point >= Math.min(first, last) && point <= Math.max(first, last));
  if (isBetween) return [];
  const steps = points.slice(1).map((point, index) => point - points[index]!);
  const [a, b, c] =
    steps.length === 2
      ? [0, steps[1]! - steps[0]!, steps[0]!]
      : [steps[2]! - 2 * steps[1]! + steps[0]!, 2 * (steps[1]! - steps[0]!), steps[0]!];
  return roots(a, b, c).filter((t) => t > 0 && t < 1);
}

function roots(a: number, b: number, c: number): number[] {
  if (Math.abs(a) < 1e-9) return Math.abs(b) < 1e-9 ? [] : [-c / b];
  const square = b * b - 4 * a * c;
  if (square < 0) return [];
  return [(-b + Math.sqrt(square)) / (2 * a), (-b - Math.sqrt(square)) / (2 * a)];
}
