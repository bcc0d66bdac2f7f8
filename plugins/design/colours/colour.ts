import { Failure } from '@atelier/sdk';
import { colord, extend } from 'colord';
import a11y from 'colord/plugins/a11y';
import names from 'colord/plugins/names';

extend([a11y, names]);

/** The least contrast of text that WCAG 2.2 asks for at level AA (1.4.3). */
export const readable = 4.5;

/**
 * Reads `#rgb`, `#rrggbb` or a CSS name as `#rrggbb`; capitals of a caller's own `#RRGGBB` stay, so that it is found in the result.
 * Throws `invalid-input`.
 */
export function parseColour(text: string): string {
  const given = text.trim();
  if (/^#[0-9a-f]{6}$/i.test(given)) return given;
  const isWritten = /^(#[0-9a-f]{3}|[a-z]+)$/i.test(given);
  const colour = colord(given.toLowerCase());
  if (isWritten && colour.isValid() && colour.alpha() === 1) return colour.toHex();
  throw new Failure(
    'invalid-input',
    `“${given.slice(0, 40)}” is not a colour: write #RRGGBB, #RGB or a CSS name such as teal.`,
  );
}

/** 1 to 21, rounded down: what is reported as 4.5 is no less. */
export function contrast(one: string, other: string): number {
  return colord(one).contrast(other);
}

export function isReadable(text: string, ground: string): boolean {
  return contrast(text, ground) >= readable;
}

/** The same hue, so much darker or lighter that it can be read: at this contrast where it can be reached, else as far as it goes. */
export function shade(colour: string, ground: string, wanted: number): string {
  const { h, s, l } = colord(colour).toHsl();
  const darker = contrast('#000000', ground) >= contrast('#ffffff', ground);
  // A shade near black or white that keeps all of its saturation looks stained.
  const saturation = Math.min(s, 60);
  for (let step = 0; step <= 100; step += 1) {
    const lightness = darker ? l * (1 - step / 100) : l + ((100 - l) * step) / 100;
    const candidate = colord({ h, s: saturation, l: lightness }).toHex();
    if (contrast(candidate, ground) >= wanted) return candidate;
  }
  return darker ? '#000000' : '#ffffff';
}

export const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
