import { type Path, type Point, reverse, type Segment } from './path.js';

/** Handle length of a cubic curve that runs along a quarter of a circle of radius 1. */
const quarter = 0.5522847498;

export function circle(x: number, y: number, radius: number): Path {
  return ellipse(x, y, radius, radius);
}

export function ellipse(x: number, y: number, rx: number, ry: number): Path {
  const [hx, hy] = [rx * quarter, ry * quarter];
  return [
    ['M', x + rx, y],
    ['C', x + rx, y + hy, x + hx, y + ry, x, y + ry],
    ['C', x - hx, y + ry, x - rx, y + hy, x - rx, y],
    ['C', x - rx, y - hy, x - hx, y - ry, x, y - ry],
    ['C', x + hx, y - ry, x + rx, y - hy, x + rx, y],
    ['Z'],
  ];
}

export function ring(x: number, y: number, radius: number, width: number): Path {
  return [...circle(x, y, radius + width / 2), ...reverse(circle(x, y, radius - width / 2))];
}

/** A rectangle with round corners, by its upper left corner. */
export function box(left: number, top: number, width: number, height: number, corner = 0): Path {
  const [right, bottom] = [left + width, top + height];
  if (corner <= 0) return polygon([left, top], [right, top], [right, bottom], [left, bottom]);
  const r = Math.min(corner, width / 2, height / 2);
  const h = r * (1 - quarter);
  return [
    ['M', left + r, top],
    ['L', right - r, top],
    ['C', right - h, top, right, top + h, right, top + r],
    ['L', right, bottom - r],
    ['C', right, bottom - h, right - h, bottom, right - r, bottom],
    ['L', left + r, bottom],
    ['C', left + h, bottom, left, bottom - h, left, bottom - r],
    ['L', left, top + r],
    ['C', left, top + h, left + h, top, left + r, top],
    ['Z'],
  ];
}

export function polygon(first: Point, ...others: readonly Point[]): Path {
  return [['M', ...first], ...others.map((point): Segment => ['L', ...point]), ['Z']];
}

/** With its first corner at the top. */
export function regular(corners: number, radius: number): Path {
  const [first, ...others] = around(corners, radius);
  return polygon(first!, ...others);
}

export function star(points: number, radius: number, inner: number): Path {
  const outer = around(points, radius);
  const notches = around(points, inner, 180 / points);
  const [first, ...others] = outer.flatMap((point, index) => [point, notches[index]!]);
  return polygon(first!, ...others);
}

/** Points on a circle around the origin, clockwise from the top. */
export function around(count: number, radius: number, from = 0): Point[] {
  return Array.from({ length: count }, (_, index) => onCircle(radius, from + (index * 360) / count));
}

/** Degrees are clockwise from the top. */
export function onCircle(radius: number, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  return [radius * Math.sin(angle), -radius * Math.cos(angle)];
}

/** A band along a circle around the origin, with round ends where asked for. */
export function arc(radius: number, width: number, from: number, to: number, round = false): Path {
  const [outer, inner] = [radius + width / 2, radius - width / 2];
  const way = curve(outer, from, to);
  const back = curve(inner, to, from);
  const band: Path = [['M', ...onCircle(outer, from)], ...way, ['L', ...onCircle(inner, to)], ...back, ['Z']];
  if (!round) return band;
  const caps = [from, to].flatMap((degrees) => circle(...onCircle(radius, degrees), width / 2));
  return [...band, ...caps];
}

/** Cubic curves along a circle, each at most an eighth of it. */
function curve(radius: number, from: number, to: number): Segment[] {
  const count = Math.max(1, Math.ceil(Math.abs(to - from) / 45));
  const step = (to - from) / count;
  const handle = (4 / 3) * Math.tan((step * Math.PI) / 720) * radius;
  return Array.from({ length: count }, (_, index): Segment => {
    const [start, end] = [from + index * step, from + (index + 1) * step];
    const [x1, y1] = handleAt(radius, start, handle);
    const [x2, y2] = handleAt(radius, end, -handle);
    return ['C', x1, y1, x2, y2, ...onCircle(radius, end)];
  });
}

/** The point that lies so far along the tangent. */
function handleAt(radius: number, degrees: number, along: number): Point {
  const [x, y] = onCircle(radius, degrees);
  const [dx, dy] = onCircle(along, degrees + 90);
  return [x + dx, y + dy];
}
