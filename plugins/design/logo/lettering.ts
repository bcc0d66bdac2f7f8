import type { Typeface } from '../fonts/typeface.js';
import { type Box, boundsOf, widthOf } from '../geometry/box.js';
import { move, type Path, rotate, scale } from '../geometry/path.js';
import { capitals } from './name.js';

export interface Setting {
  /** space after each letter, in sizes of the font */
  tracking: number;
  align?: 'left' | 'center';
}

/** Lines of text whose capitals are 1 high; the first baseline is at 0. */
export interface Lettering {
  path: Path;
  /** of the ink at the sides; from the capitals' top to the last baseline, as eyes place text, whatever hangs below */
  box: Box;
}

/** From one baseline to the next, in heights of a capital. */
const leading = 1.55;

export function setLines(
  face: Typeface,
  lines: readonly string[],
  { tracking, align = 'center' }: Setting,
): Lettering {
  const size = 1 / face.capHeight;
  const paths = lines.map((line, row) => {
    const path = scale(straight(face, line, tracking), size);
    const { left, right } = boundsOf(path);
    return move(path, align === 'left' ? -left : -(left + right) / 2, row * leading);
  });
  const { left, right } = boundsOf(paths.flat());
  return { path: paths.flat(), box: { left, right, top: -1, bottom: (lines.length - 1) * leading } };
}

function straight(face: Typeface, text: string, tracking: number): Path {
  return face.line(text, tracking).glyphs.flatMap(({ path, x }) => move(path, x, 0));
}

/** The name in as many lines, up to `most`, as bring width : height nearest to what is wanted. */
export function setToFit(
  face: Typeface,
  name: string,
  setting: Setting,
  { most, aspect }: { most: number; aspect: number },
): Lettering {
  const counts = Array.from({ length: most }, (_, index) => index + 1);
  const tries = counts.map((count) => setLines(face, breakLines(name, count), setting));
  const misses = tries.map(({ box }) => Math.abs(Math.log(widthOf(box) / (box.bottom - box.top) / aspect)));
  return tries[misses.indexOf(Math.min(...misses))]!;
}

/** At most `count` lines, broken between words, so that the longest is as short as can be. */
export function breakLines(text: string, count: number): string[] {
  const words = text.split(' ');
  let best = [text];
  const longest = (lines: readonly string[]): number => Math.max(...lines.map((line) => line.length));
  const visit = (lines: readonly string[], rest: readonly string[]): void => {
    if (rest.length === 0) {
      if (longest(lines) < longest(best)) best = [...lines];
      return;
    }
    if (lines.length === count) return;
    for (let taken = 1; taken <= rest.length; taken += 1) {
      const line = rest.slice(0, taken).join(' ');
      if (line.length >= longest(best)) return;
      visit([...lines, line], rest.slice(taken));
    }
  };
  visit([], words);
  return best;
}

export interface Curve {
  /** of the circle that the letters stand on, or hang inside of at the bottom */
  radius: number;
  /** of a capital letter */
  height: number;
  tracking: number;
  side: 'top' | 'bottom';
}

/** Text along a circle around the origin, centred at its top or, upright, at its bottom. */
export function setOnCircle(face: Typeface, text: string, { radius, height, tracking, side }: Curve): Path {
  const size = height / face.capHeight;
  const { glyphs, advance } = face.line(text, tracking);
  const baseline = side === 'top' ? -radius : radius;
  const sense = side === 'top' ? 1 : -1;
  return glyphs.flatMap(({ path, x, advance: width }) => {
    const along = (x + width / 2 - advance / 2) * size;
    const letter = move(scale(move(path, -width / 2, 0), size), 0, baseline);
    return rotate(letter, (sense * along * 180) / (Math.PI * radius));
  });
}

/** How much of the circle a text takes, in degrees. */
export function degreesOf(face: Typeface, text: string, { radius, height, tracking }: Curve): number {
  return ((face.line(text, tracking).advance * height) / face.capHeight / radius) * (180 / Math.PI);
}

/** Of the first three words that begin with a letter or digit, or of a single word its first letter. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s\-–—/&+.,:]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const initials = words.slice(0, 3).map((word) => [...word][0]!);
  return capitals(initials.join('') || [...name.replace(/\s/g, '')][0]!);
}
