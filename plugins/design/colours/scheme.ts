import type { Random } from '@atelier/sdk';
import { contrast, isReadable, same, shade } from './colour.js';

/** Who wears which colour in one logo. */
export interface Scheme {
  /** what everything stands on */
  ground: string;
  /** for the name on the ground, readable */
  ink: string;
  /** for shapes beside the name: every colour asked for that is neither ground nor ink, or the ink where none is left */
  accents: readonly string[];
  /** for shapes that the name stands on: the accents and, where it was asked for, the ink */
  shapes: readonly string[];
  /** what had to be chosen beside the colours asked for, in sentences */
  notes: readonly string[];
}

/** What a style would like the logo to stand on. */
export interface Grounds {
  light: string;
  dark: string;
  /** how often the dark one is preferred, 0 to 1 */
  darkShare: number;
}

/** A shape with less contrast cannot be told from what it stands on. */
const visible = 1.6;
/** The contrast of an ink that nobody asked for: dark enough to look like ink. */
const inky = 11;

/**
 * Chooses ground and ink for these colours, each of which is there once. Grounds on which a colour would be lost come last;
 * one on which the name can be written in a colour asked for, and the one that the style prefers, come first.
 */
export function chooseScheme(
  colours: readonly string[],
  { light, dark, darkShare }: Grounds,
  random: Random,
): Scheme {
  const [preferred, other] = random.next() < darkShare ? [dark, light] : [light, dark];
  const preference = 2 * random.next();
  const ground = best([preferred, other, ...colours, '#ffffff', '#000000'], (candidate) => {
    const shapes = without(colours, candidate);
    const isWritable = mostReadable(shapes, candidate) !== undefined;
    return (isWritable ? 1 : 0) + (candidate === preferred ? preference : 0) - 10 * lost(shapes, candidate);
  });
  return schemeOn(ground, without(colours, ground), colours);
}

/** For a logo whose ground is left out: it is made for white paper, or for black where its colours would be lost on white. */
export function chooseSchemeForPaper(colours: readonly string[]): Scheme {
  const paper = best(['#ffffff', '#000000'], (candidate) => -lost(colours, candidate));
  const { notes, ...scheme } = schemeOn(paper, colours, colours);
  const made = paper === '#ffffff' ? [] : ['It is made to stand on something dark.'];
  return { ...scheme, notes: [...made, ...notes] };
}

function best(grounds: readonly string[], fitness: (ground: string) => number): string {
  const scores = grounds.map(fitness);
  return grounds[scores.indexOf(Math.max(...scores))]!;
}

/** How many of the colours cannot be told from this one. */
function lost(colours: readonly string[], ground: string): number {
  return colours.filter((colour) => contrast(colour, ground) < visible).length;
}

function schemeOn(ground: string, left: readonly string[], colours: readonly string[]): Scheme {
  const ink = mostReadable(left, ground) ?? shade(left[0] ?? ground, ground, inky);
  const others = without(left, ink);
  const notes = colours.some((colour) => same(colour, ink))
    ? []
    : [
        `None of the colours can be read on ${ground}, so the name is written in ${ink}; the colours are in the shapes.`,
      ];
  return {
    ground,
    ink,
    accents: others.length > 0 ? others : [ink],
    shapes: left.length > 0 ? left : [ink],
    notes,
  };
}

function mostReadable(inks: readonly string[], ground: string): string | undefined {
  const readable = inks.filter((ink) => isReadable(ink, ground));
  return readable.sort((one, other) => contrast(other, ground) - contrast(one, ground))[0];
}

/** For text on a shape of this colour: the ground where it can be read, else a colour of the logo, else a shade of its own. */
export function inkOn(fill: string, { ground, ink, accents }: Scheme): string {
  if (isReadable(ground, fill)) return ground;
  return mostReadable([ink, ...accents], fill) ?? shade(fill, fill, inky);
}

/** The shape that text in the ground's colour can stand on, else the first. */
export function fillFor({ ground, shapes }: Scheme): string {
  return shapes.find((shape) => isReadable(ground, shape)) ?? shapes[0]!;
}

export function without(colours: readonly string[], colour: string): string[] {
  return colours.filter((other) => !same(other, colour));
}
