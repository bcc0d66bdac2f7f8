import { Failure, type Random } from '@atelier/sdk';
import { contrast, parseColour, readable, same } from '../colours/colour.js';
import { chooseScheme, chooseSchemeForPaper } from '../colours/scheme.js';
import type { Drawing } from '../drawing.js';
import type { Face } from '../fonts/faces.js';
import { openTypeface, type Typeface } from '../fonts/typeface.js';
import { pick } from './pick.js';
import type { Brief } from './brief.js';
import { compose, withAll } from './compose.js';
import { layouts } from './layouts/index.js';
import type { LayoutName } from './layouts/names.js';
import { capitals, cleanName, refuseLetters } from './name.js';
import { type Style, type StyleName, styles } from './styles.js';

export interface LogoRequest {
  text: string;
  style: StyleName;
  /** none: a palette of the style */
  colours: readonly string[];
  layout?: LayoutName;
  transparent: boolean;
}

/** What was chosen, as the caller reads it. */
export interface LogoFacts {
  style: StyleName;
  layout: LayoutName;
  font: string;
  colors: string[];
  background: string;
  /** the least contrast of letters to what they stand on */
  contrast: number;
  notes: string[];
}

/** Lays out a logo; the same request and numbers give the same one. Throws `invalid-input`. */
export async function designLogo(
  request: LogoRequest,
  random: Random,
): Promise<{ drawing: Drawing; facts: LogoFacts }> {
  const style: Style = styles[request.style];
  const text = cleanName(request.text);
  const name = style.capitals ? capitals(text) : text;
  const layout = chooseLayout(name, style, request.layout, random);
  const face = await chooseFace(name, style, random);
  const given = request.colours.map(parseColour).filter(isFirst);
  const colours = given.length > 0 ? given : pick(style.palettes, random);
  const scheme = request.transparent
    ? chooseSchemeForPaper(colours)
    : chooseScheme(colours, style.grounds, random);
  const ground = request.transparent ? null : scheme.ground;
  const brief: Brief = { name, face, style, scheme, random };
  const pieces = withAll(colours, ground, layouts[layout].draw(brief));
  const contrasts = pieces.flatMap(({ fill, on }) => (on === undefined ? [] : [contrast(fill, on)]));
  const least = Math.min(...contrasts);
  if (least < readable) throw new Error(`The letters have a contrast of ${least} in the layout ${layout}.`);
  const facts = {
    style: request.style,
    layout,
    font: face.family,
    colors: [...(ground === null ? [] : [ground]), ...pieces.map(({ fill }) => fill)].filter(isFirst),
    background: ground ?? 'transparent',
    contrast: least,
    notes: [...scheme.notes],
  };
  return { drawing: compose(pieces, text, ground), facts };
}

function isFirst(colour: string, index: number, colours: readonly string[]): boolean {
  return colours.findIndex((other) => same(other, colour)) === index;
}

function chooseLayout(
  name: string,
  style: Style,
  wanted: LayoutName | undefined,
  random: Random,
): LayoutName {
  const fitting = style.layouts.filter((layout) => layouts[layout].refusal(name) === undefined);
  const drawn = pick(fitting, random);
  if (wanted === undefined) return drawn;
  const refusal = layouts[wanted].refusal(name);
  if (refusal === undefined) return wanted;
  throw new Failure('invalid-input', `The layout ${wanted} ${refusal}; leave layout out to have one chosen.`);
}

/** Letters that are only used as capitals, in initials and on tiles, have to be there too. */
async function chooseFace(name: string, { faces, fallbacks }: Style, random: Random): Promise<Typeface> {
  const needed = name + capitals(name);
  const first = random.below(faces.length);
  const order: Face[] = [faces[first]!, ...faces.filter((_, index) => index !== first), ...fallbacks];
  let lacking: string[] = [];
  for (const face of order) {
    const typeface = await openTypeface(face);
    const missing = typeface.missing(needed);
    if (missing.length === 0) return typeface;
    lacking = missing;
  }
  throw refuseLetters(lacking);
}
