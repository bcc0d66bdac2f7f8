import type { Json } from '@atelier/sdk';
import { takesColours, takesText } from '../dialogue/slots.js';
import { takeChoice } from './choices.js';
import { takeColours } from './colours.js';
import { takeAnyNumber } from './numbers.js';
import type { ReadRequest } from './request.js';
import { bareAnswer } from './texts.js';
import { Unread } from './unread.js';
import { wordsOf } from './words.js';

const yes = /^\s*(?:yes|yep|yeah|sure|ok|okay|true|on|please)\b/i;
const no = /^\s*(?:no|nope|nah|false|off|don'?t)\b/i;
/** What may stand around a choice or a colour in an answer. */
const filler =
  /^(?:in|with|and|or|the|an?|style|colou?rs?|please|use|using|make|it|as|of|but|format|look|looking|tones?)$/;

/** The answer to the question of the last reply, where it says nothing but that. */
export function readAnswer(
  unread: Unread,
  request: ReadRequest,
  has: (name: string) => boolean,
): Json | null {
  const { asked } = request;
  if (asked === null || has(asked.name)) return null;
  const { type } = asked.spec;
  if (type === 'integer' || type === 'number' || type === 'seed') return takeAnyNumber(unread, asked);
  if (type === 'boolean') return yes.test(unread.rest) ? true : no.test(unread.rest) ? false : null;
  return takesText(asked) && !takesColours(asked) ? takeText(unread, request) : null;
}

/** All of it, but for parts at its end that are nothing but values of other inputs: “Bean There, vintage, in brown”. */
function takeText(unread: Unread, request: ReadRequest): string | null {
  const parts = unread.rest.split(/([,;]\s*|\s+(?:in|with)\s+)/i);
  while (parts.length > 2 && isOnlyValues(parts.at(-1)!, request)) parts.splice(-2);
  const said = parts.join('');
  const text = bareAnswer(new Unread(said).remainder());
  if (text === '') return null;
  unread.take(new RegExp(`^${said.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'u'));
  return text;
}

function isOnlyValues(part: string, { slots }: ReadRequest): boolean {
  const unread = new Unread(part);
  for (const slot of slots) {
    if (slot.spec.type === 'enum') takeChoice(unread, slot.spec.values);
    if (takesColours(slot)) takeColours(unread);
  }
  return unread.rest !== part && wordsOf(unread.rest).every((word) => filler.test(word));
}
