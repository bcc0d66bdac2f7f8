import { closest, distance } from 'fastest-levenshtein';
import type { Slot } from '../dialogue/slots.js';
import type { Unread } from './unread.js';
import { patternOf, wordsOf } from './words.js';

/** What people call what a tool calls otherwise. */
const aliases: Record<string, string> = {
  jpg: 'jpeg',
  tif: 'tiff',
  centre: 'center',
  middle: 'center',
  gray: 'grey',
  grey: 'gray',
  classic: 'vintage',
  retro: 'vintage',
  minimal: 'minimalist',
  simple: 'minimalist',
  fun: 'playful',
  techno: 'tech',
};
const denied = "(?<!\\b(?:not|no|without|than|isn't|never)\\s(?:an?\\s|so\\s|too\\s)?)";

/** One of a slot's values, when the message has it; the longest where one contains another. */
export function takeChoice(unread: Unread, values: readonly string[]): string | null {
  for (const { said, value } of spoken(values)) {
    const pattern = new RegExp(`${denied}(?<![\\p{L}\\p{N}])${patternOf(said)}(?![\\p{L}\\p{N}])`, 'iu');
    if (unread.take(pattern) !== null) return value;
  }
  return null;
}

/** The value that a mistyped answer most probably means. */
export function guessChoice(answer: string, values: readonly string[]): string | null {
  const words = wordsOf(answer);
  if (words.length > 4) return null;
  for (const word of words) {
    if (word.length < 4 || word.length > 40) continue;
    const meant = closest(word, values);
    if (distance(word, meant.toLowerCase()) <= Math.max(1, word.length / 3)) return meant;
  }
  return null;
}

/** Yes or no for a slot that is named: “with captions”, “no border”, “transparent”. */
export function takeFlag(unread: Unread, { label }: Slot): boolean | null {
  const name = patternOf(label);
  const denial = "(?:no|without|not|don'?t|disable|remove)\\s+(?:an?\\s+|the\\s+)?";
  const match = unread.take(new RegExp(`(?<![\\p{L}\\p{N}])(${denial})?${name}(?![\\p{L}\\p{N}])`, 'iu'));
  return match === null ? null : match[1] === undefined;
}

function spoken(values: readonly string[]): { said: string; value: string }[] {
  const others = Object.entries(aliases).filter(
    ([said, value]) => values.includes(value) && !values.includes(said),
  );
  return [
    ...values.map((value) => ({ said: value, value })),
    ...others.map(([said, value]) => ({ said, value })),
  ].sort((a, b) => b.said.length - a.said.length);
}
