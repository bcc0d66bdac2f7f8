/** A step of an outline, as in SVG: absolute coordinates, y downwards. */
export type Segment =
  | readonly ['M' | 'L', number, number]
  | readonly ['Q', number, number, number, number]
  | readonly ['C', number, number, number, number, number, number]
  | readonly ['Z'];

/** Outlines that are filled by the nonzero rule: one that runs the other way round inside another is a hole. */
export type Path = readonly Segment[];
export type Point = readonly [x: number, y: number];

export function mapPath(path: Path, to: (x: number, y: number) => Point): Path {
  return path.map((segment): Segment => {
    switch (segment[0]) {
      case 'M':
      case 'L':
        return [segment[0], ...to(segment[1], segment[2])];
      case 'Q':
        return ['Q', ...to(segment[1], segment[2]), ...to(segment[3], segment[4])];
      case 'C':
        return [
          'C',
          ...to(segment[1], segment[2]),
          ...to(segment[3], segment[4]),
          ...to(segment[5], segment[6]),
        ];
      case 'Z':
        return segment;
    }
  });
}

export function move(path: Path, dx: number, dy: number): Path {
  return mapPath(path, (x, y) => [x + dx, y + dy]);
}

/** From the origin. */
export function scale(path: Path, factor: number): Path {
  return mapPath(path, (x, y) => [x * factor, y * factor]);
}

/** Clockwise around the origin. */
export function rotate(path: Path, degrees: number): Path {
  const angle = (degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return mapPath(path, (x, y) => [x * cos - y * sin, x * sin + y * cos]);
}

/** The same outlines the other way round, so that they cut holes. */
export function reverse(path: Path): Path {
  const contours: Segment[][] = [];
  for (const segment of path) {
    if (segment[0] === 'M') contours.push([]);
    contours.at(-1)?.push(segment);
  }
  return contours.flatMap(reverseContour);
}

function reverseContour(contour: readonly Segment[]): Segment[] {
  const drawn = contour.filter((segment) => segment[0] !== 'Z');
  const ends = drawn.map((segment): Point => [segment.at(-2) as number, segment.at(-1) as number]);
  const back = drawn.slice(1).map((segment, index): Segment => {
    const [x, y] = ends[index]!;
    if (segment[0] === 'Q') return ['Q', segment[1], segment[2], x, y];
    if (segment[0] === 'C') return ['C', segment[3], segment[4], segment[1], segment[2], x, y];
    return ['L', x, y];
  });
  return [['M', ...ends.at(-1)!], ...back.reverse(), ['Z']];
}

/** As an SVG `d` attribute and PDFKit read it, in hundredths. */
export function toData(path: Path): string {
  return path
    .map(([command, ...numbers]) => `${command}${numbers.map((number) => round(number)).join(' ')}`)
    .join('');
}

function round(number: number): number {
  const rounded = Math.round(number * 100) / 100;
  return rounded === 0 ? 0 : rounded;
}
