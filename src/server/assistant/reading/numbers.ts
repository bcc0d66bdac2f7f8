import type { Slot } from '../dialogue/slots.js';
import type { Unread } from './unread.js';
import { patternOf } from './words.js';

const spelled = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const multiples: Record<string, number> = { double: 2, twice: 2, triple: 3, thrice: 3, quadruple: 4 };

const figure = `(-?\\d{1,3}(?:,\\d{3})+(?!\\d)|-?\\d{1,17}(?:\\.\\d{1,9})?|(?:${spelled.join('|')}|a hundred|a thousand)(?!\\p{L}))`;
const unit = '\\s*(%|percent|per cent|px|pixels?|times|x|credits?|°|degrees?)?(?![\\p{L}\\p{N}])';
const before = '(?<![\\p{L}\\p{N}.#-])';
const link = '\\s*(?:=|:|is|of|to|at|should be|must be|about|be)?\\s*';

/** `800x600`, `800 by 600`, `800 × 600 px` */
const pair =
  /(?<![\p{L}\p{N}.#])(\d{1,5})\s*(?:px|pixels?)?\s*(?:x|×|by|\*)\s*(\d{1,5})(?!\p{N})(?:\s*(?:px|pixels?)(?!\p{L}))?/iu;
const square = new RegExp(
  `${before}(?:square (?:of )?(\\d{1,5})|(\\d{1,5})\\s*(?:px|pixels?)?\\s*square)(?!\\p{N})`,
  'iu',
);
const adjectives: Record<string, string> = { width: 'wide|in width|across', height: 'high|tall|in height' };

/** Width and height where they are said together. */
export function takeDimensions(unread: Unread, slots: readonly Slot[]): Record<string, number> {
  const width = slots.find(({ name }) => /(?:^|_)width$/.test(name));
  const height = slots.find(({ name }) => /(?:^|_)height$/.test(name));
  if (width === undefined || height === undefined) return {};
  const both = unread.take(pair);
  if (both !== null) return { [width.name]: Number(both[1]), [height.name]: Number(both[2]) };
  const side = unread.take(square);
  if (side === null) return {};
  const length = Number(side[1] ?? side[2]);
  return { [width.name]: length, [height.name]: length };
}

/** A number that is said beside the name of its slot, or in a way that only this slot can mean. */
export function takeNumber(unread: Unread, slot: Slot): number | null {
  for (const pattern of patternsOf(slot)) {
    const match = unread.take(pattern);
    if (match !== null) return valueOf(match[1]!, match[2], slot);
  }
  const multiple = isScale(slot)
    ? unread.take(/(?<!\p{L})(double|twice|triple|thrice|quadruple)(?!\p{L})/iu)
    : null;
  return multiple === null ? null : multiples[multiple[1]!.toLowerCase()]!;
}

/** A number by itself, for the slot that was asked for. */
export function takeAnyNumber(unread: Unread, slot: Slot): number | null {
  const match = unread.take(new RegExp(`${before}${figure}${unit}`, 'iu'));
  return match === null ? null : valueOf(match[1]!, match[2], slot);
}

function patternsOf(slot: Slot): RegExp[] {
  const names = [slot.label, slot.spec.title ?? ''].filter((name) => name !== '').map(patternOf);
  const [label, plural] = [
    `(?:${names.join('|')})`,
    `(?:${names.map((name) => name.replace(/s$/, '')).join('|')})s?`,
  ];
  const patterns = [
    new RegExp(`(?<![\\p{L}])${label}${link}${figure}${unit}`, 'iu'),
    new RegExp(`${before}${figure}${unit}\\s*${plural}(?!\\p{L})`, 'iu'),
  ];
  const adjective = adjectives[slot.name];
  if (adjective !== undefined)
    patterns.push(new RegExp(`${before}${figure}\\s*(px|pixels?)?\\s*(?:${adjective})(?!\\p{L})`, 'iu'));
  if (isScale(slot))
    patterns.push(new RegExp(`${before}${figure}\\s*(times|x|×|-?fold)(?![\\p{L}\\p{N}])`, 'iu'));
  return patterns;
}

function isScale({ name, spec }: Slot): boolean {
  return /scale|factor/.test(name) && 'max' in spec && Number(spec.max ?? 0) > 1;
}

function valueOf(said: string, sign: string | undefined, { spec }: Slot): number {
  const word = spelled.indexOf(said.toLowerCase());
  const number = word >= 0 ? word : (hundreds[said.toLowerCase()] ?? Number(said.replaceAll(',', '')));
  const isShare = 'max' in spec && spec.max !== undefined && Number(spec.max) <= 1;
  return isShare && sign !== undefined && /^(?:%|per)/i.test(sign) ? number / 100 : number;
}

const hundreds: Record<string, number> = { 'a hundred': 100, 'a thousand': 1000 };
