import { readdir, readFile } from 'node:fs/promises';
import type { Font } from 'fontkit';
import { boundsOf, heightOf } from '../geometry/box.js';
import { type Path, scale, type Segment } from '../geometry/path.js';
import type { Face } from './faces.js';

/** A letter as an outline; one unit is the size of the font, and the baseline is at 0. */
export interface Glyph {
  path: Path;
  /** where the letter begins on the line */
  x: number;
  advance: number;
}

export interface Line {
  glyphs: Glyph[];
  advance: number;
}

/** The scripts that a family's files are split into: the first that has a letter draws it. */
const subsets = ['latin', 'latin-ext', 'cyrillic', 'greek', 'vietnamese'];
const opened = new Map<string, Promise<Typeface>>();

/** Read once and kept: the fonts are part of the plugin and small. */
export function openTypeface(face: Face): Promise<Typeface> {
  const key = `${face.family} ${face.weight}`;
  let typeface = opened.get(key);
  if (!typeface) opened.set(key, (typeface = read(face)));
  return typeface;
}

async function read({ family, weight }: Face): Promise<Typeface> {
  // Every worker loads every plugin, and most letter nothing.
  const { create } = await import('fontkit');
  const folder = new URL(`${family}/`, import.meta.url);
  const names = new Set(await readdir(folder));
  const wanted = subsets.map((subset) => `${subset}-${weight}.woff2`).filter((name) => names.has(name));
  const fonts = wanted.map(async (name) => create(await readFile(new URL(name, folder))) as Font);
  return new Typeface(family, await Promise.all(fonts));
}

export class Typeface {
  /** Of a capital letter, and of a small one. */
  readonly capHeight: number;
  readonly xHeight: number;

  constructor(
    readonly family: string,
    private readonly fonts: readonly Font[],
  ) {
    this.capHeight = heightOf(boundsOf(this.line('H').glyphs[0]!.path));
    this.xHeight = heightOf(boundsOf(this.line('x').glyphs[0]!.path));
  }

  /** The characters that it has no letters for, each once. */
  missing(text: string): string[] {
    return [...new Set(text)].filter((character) => !this.fontWith(character));
  }

  /** Sets one line, kerned. `tracking` is the space put after each letter; with it, no two letters are joined. */
  line(text: string, tracking = 0): Line {
    const glyphs: Glyph[] = [];
    let x = 0;
    for (const { font, run } of this.runs(text)) {
      const size = 1 / font.unitsPerEm;
      const laid = font.layout(run, tracking > 0 ? { liga: false, clig: false } : {});
      for (const [index, { path }] of laid.glyphs.entries()) {
        const { xAdvance, xOffset, yOffset } = laid.positions[index]!;
        const outline = outlineOf(path.commands, xOffset, yOffset);
        const advance = xAdvance * size + (xAdvance > 0 ? tracking : 0);
        glyphs.push({ path: scale(outline, size), x, advance });
        x += advance;
      }
    }
    return { glyphs, advance: x - tracking };
  }

  private runs(text: string): { font: Font; run: string }[] {
    const runs: { font: Font; run: string }[] = [];
    for (const character of text) {
      const last = runs.at(-1);
      // A space or a mark stays with the letters before it, so that the line is not cut there.
      const font = last && has(last.font, character) ? last.font : this.fontWith(character);
      if (!font) throw new RangeError(`${this.family} has no letter for ${character}`);
      if (last?.font === font) last.run += character;
      else runs.push({ font, run: character });
    }
    return runs;
  }

  private fontWith(character: string): Font | undefined {
    return this.fonts.find((font) => has(font, character));
  }
}

function has(font: Font, character: string): boolean {
  return font.hasGlyphForCodePoint(character.codePointAt(0)!);
}

interface Command {
  command: string;
  args: number[];
}

/** Fonts count upwards, drawings downwards. */
function outlineOf(commands: readonly Command[], dx: number, dy: number): Path {
  const names: Record<string, Segment[0]> = {
    moveTo: 'M',
    lineTo: 'L',
    quadraticCurveTo: 'Q',
    bezierCurveTo: 'C',
    closePath: 'Z',
  };
  return commands.map(({ command, args }) => {
    const numbers = args.map((number, index) => (index % 2 === 0 ? number + dx : -(number + dy)));
    return [names[command]!, ...numbers] as unknown as Segment;
  });
}
