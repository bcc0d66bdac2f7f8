import { colord, extend } from 'colord';
import names from 'colord/plugins/names';
import type { Unread } from './unread.js';

extend([names]);

/** What people call colours that CSS has no name for. */
const spoken: Record<string, string> = {
  amber: '#ffbf00',
  burgundy: '#800020',
  charcoal: '#36454f',
  cream: '#fffdd0',
  emerald: '#50c878',
  mint: '#98ff98',
  mustard: '#ffdb58',
  peach: '#ffe5b4',
  rose: '#ff007f',
  ruby: '#e0115f',
  rust: '#b7410e',
  sand: '#c2b280',
};

const hex = /#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![0-9a-z])/gi;
const shades =
  'light|dark|medium|pale|deep|hot|navy|sky|forest|lime|sea|royal|steel|slate|dim|midnight|mint|rosy|sandy|spring|lawn|olive|indian|misty|ghost|floral|antique|alice|dodger|cadet|cornflower|powder|corn|fire|saddle';
const words = new RegExp(
  `(?<![\\p{L}\\p{N}-])(?:(?:${shades})[\\s-]?)?\\p{L}{3,20}(?![\\p{L}\\p{N}-])`,
  'giu',
);

/**
 * The colours of a message in their order, each once, as `#rrggbb`, or `#rrggbbaa` where a code says how opaque it is.
 * They are written as codes or as their CSS names: “dark blue” is `darkblue`.
 */
export function takeColours(unread: Unread): string[] {
  const found = [...takeCodes(unread), ...takeNames(unread)].sort((a, b) => a.at - b.at);
  return [...new Set(found.map(({ colour }) => colour))];
}

interface Found {
  at: number;
  colour: string;
}

function takeCodes(unread: Unread): Found[] {
  return unread.takeAll(hex).map(({ index, 0: code }) => ({ at: index, colour: colord(code).toHex() }));
}

function takeNames(unread: Unread): Found[] {
  const found: Found[] = [];
  for (const { 0: said } of unread.rest.matchAll(words)) {
    for (const name of spellings(said)) {
      const key = name.replace(/[\s-]/g, '').toLowerCase();
      const colour = colord(Object.hasOwn(spoken, key) ? spoken[key]! : key);
      const match = colour.isValid() ? unread.take(exactly(name)) : null;
      if (match === null) continue;
      found.push({ at: match.index, colour: colour.toHex() });
      break;
    }
  }
  return found;
}

/** `brown` for `#a52a2a`; the code itself where it has no name. */
export function colourName(code: string): string {
  const [name] = Object.entries(spoken).find(([, hex]) => hex === code) ?? [];
  return name ?? colord(code).toName() ?? code;
}

/** “navy blue” has no code of its own: it begins with one that has, as “slate brown” ends with one. */
function spellings(said: string): string[] {
  const [first, last] = said.split(/[\s-]/);
  return last === undefined ? [said] : [said, first!, last];
}

function exactly(name: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`, 'u');
}
