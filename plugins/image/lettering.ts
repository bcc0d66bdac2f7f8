import { Failure, type Image } from '@atelier/sdk';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { overlay } from './overlay.js';
import { maxSide, rgba, type Size, solid } from './pixels.js';

const { resolve } = createRequire(import.meta.url);

/** The fonts that come with the plugin; for letters that they lack, the fonts of the system are asked. */
const fonts = {
  sans: ['DejaVu Sans', 'DejaVuSans.ttf'],
  'sans-bold': ['DejaVu Sans Bold', 'DejaVuSans-Bold.ttf'],
  serif: ['DejaVu Serif', 'DejaVuSerif.ttf'],
  'serif-bold': ['DejaVu Serif Bold', 'DejaVuSerif-Bold.ttf'],
  mono: ['DejaVu Sans Mono', 'DejaVuSansMono.ttf'],
} as const;

export type FontName = keyof typeof fonts;
export const fontNames = Object.keys(fonts) as FontName[];

/** Pixels of a drawing, reckoned as if every letter were as wide as the font is high. */
const maxDrawing = 64_000_000;

export interface Lettering {
  text: string;
  font: FontName;
  /** of the letters, in pixels */
  size: number;
  align: 'left' | 'center' | 'right';
  /** Pixels at which lines are broken, between words where possible. Default: {@link maxSide}. */
  width?: number;
}

/** How much of each pixel the letters cover, 0 to 255. */
export interface Ink extends Size {
  data: Uint8Array;
}

/**
 * Draws text; the result is as tight as the ink.
 * Throws `invalid-input` when there is nothing to draw, or too much.
 */
export async function draw({ text, font, size, align, width = maxSide }: Lettering): Promise<Ink> {
  const drawable = plain(text);
  if (drawable === '' || drawing(drawable, size, width) > maxDrawing) throw undrawable();
  const [family, file] = fonts[font];
  const { data, info } = await sharp({
    text: {
      text: escapeMarkup(drawable),
      font: `${family} ${size}`,
      fontfile: resolve(`dejavu-fonts-ttf/ttf/${file}`),
      // At 72 dots an inch a point is a pixel.
      dpi: 72,
      align,
      width,
      wrap: 'word-char',
    },
    limitInputPixels: false,
  })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw undrawable(cause);
    });
  return { width: info.width, height: info.height, data };
}

function drawing(text: string, size: number, width: number): number {
  const lengths = text.split('\n').map((line) => line.length * size);
  const lines = lengths.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / width)), 0);
  return Math.min(width, Math.max(...lengths)) * lines * size;
}

function undrawable(cause?: unknown): Failure {
  const message =
    'The text has no letters that can be drawn, or is too large; write some, fewer or smaller ones.';
  return new Failure('invalid-input', message, {}, { cause });
}

/** Without control characters (line breaks and tabs apart) and halves of surrogate pairs, which have no glyphs. */
function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, '');
}

/** sharp hands text to Pango as markup. */
function escapeMarkup(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Draws one line, shortened in its middle to at most `width` pixels. Lines of the same font and size have their baseline at the
 * same row, whatever letters they hold. Undefined when none of the letters can be seen.
 */
export async function drawLine(
  text: string,
  font: FontName,
  size: number,
  width: number,
): Promise<Ink | undefined> {
  const style = { font, size, align: 'center' } as const;
  const above = await draw({ ...style, text: reference });
  const pitch = (await draw({ ...style, text: `${reference}\n${reference}` })).height - above.height;
  const letters = [...text.replace(/\s+/g, ' ')];
  for (let kept = letters.length; ;) {
    const shown = kept === letters.length ? letters.join('') : shorten(letters, kept);
    const ink = await draw({ ...style, text: `${reference}\n${shown}` });
    if (ink.height <= pitch) return undefined;
    if (ink.width <= width || kept <= 1) return withoutTop(ink, pitch);
    kept = Math.max(1, Math.min(kept - 1, Math.floor((kept * width) / ink.width)));
  }
}

/** Ink is cut to the letters' own height, so lines are drawn below this one, which is as high as letters get. */
const reference = 'Åj';

function shorten(letters: readonly string[], kept: number): string {
  const head = Math.ceil(kept / 2);
  const tail = kept - head;
  return `${letters.slice(0, head).join('')}…${tail > 0 ? letters.slice(-tail).join('') : ''}`;
}

function withoutTop({ width, height, data }: Ink, rows: number): Ink {
  return { width, height: height - rows, data: data.subarray(rows * width) };
}

/** A picture of one colour, `#rrggbb` or `#rrggbbaa`, as opaque as the ink is dense. */
export function dye({ width, height, data: ink }: Ink, colour: string): Image {
  const [red, green, blue, alpha] = rgba(colour);
  const data = new Uint8Array(width * height * 4);
  for (let at = 0; at < ink.length; at++) {
    data[at * 4] = red;
    data[at * 4 + 1] = green;
    data[at * 4 + 2] = blue;
    data[at * 4 + 3] = Math.round(((ink[at] ?? 0) * alpha) / 255);
  }
  return { width, height, channels: 4, data };
}

/** The ink with a rim of `radius` pixels around it; the rectangle grows by that, rounded up, on every side. */
export async function thicken({ width, height, data: ink }: Ink, radius: number): Promise<Ink> {
  const rim = Math.ceil(radius);
  const side = 2 * rim + 1;
  // Where the disc reaches one pixel deep into a straight edge it covers about 4/3 √(2 radius) pixels, and is to count as full.
  const gain = 1 / Math.max(1, (4 / 3) * Math.sqrt(2 * radius));
  const disc = Array.from({ length: side * side }, (_, at) => {
    const distance = Math.hypot((at % side) - rim, Math.floor(at / side) - rim);
    return gain * Math.min(1, Math.max(0, radius + 0.5 - distance));
  });
  const { data, info } = await sharp(ink, { raw: { width, height, channels: 1 }, limitInputPixels: false })
    .extend({ top: rim, bottom: rim, left: rim, right: rim, background: '#000000' })
    .convolve({ width: side, height: side, kernel: disc, scale: 1 })
    .extractChannel(0)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

export interface MarkStyle {
  colour: string;
  /** pixels */
  outline: number;
  outlineColour: string;
  /** of the box behind the letters */
  background: string;
  /** pixels between the outline and the edge of the box */
  padding: number;
}

/** Letters over their outline over a box. */
export async function mark(ink: Ink, style: MarkStyle): Promise<Image> {
  const { outline, padding } = style;
  const inset = padding + Math.ceil(outline);
  const box = solid({ width: ink.width + 2 * inset, height: ink.height + 2 * inset }, style.background);
  const letters = { image: dye(ink, style.colour), left: inset, top: inset };
  if (outline === 0) return overlay(box, [letters]);
  const rim = { image: dye(await thicken(ink, outline), style.outlineColour), left: padding, top: padding };
  return overlay(box, [rim, letters]);
}
