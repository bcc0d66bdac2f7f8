import type { Unread } from './unread.js';

const opening = '(?<=^|[\\s(:,=\\0])';
const closing = '(?=$|[\\s.,;:!?)\\0])';
/** The quotation marks that people and their keyboards use. */
const marks: [string, string][] = [
  ['"', '"'],
  ['“', '”'],
  ['„', '[“”]'],
  ['«', '»'],
  ['‘', '’'],
  ['`', '`'],
  ["'", "'"],
];
/** An apostrophe may stand inside: 'Joe's Bar'. What is longer than this is no name. */
const quoted = marks.map(([open, close]) => {
  const inside =
    open === "'" || open === '‘' ? '[^\\n]{1,200}?' : `[^\\n${open}${close.replace(/[[\]]/g, '')}]{1,4000}`;
  return new RegExp(`${opening}${open}(${inside})${close}${closing}`, 'u');
});
const mostQuotes = 20;

const naming =
  /\b(?:called|named|entitled|titled|says?|saying|reads?|reading|name is|name's|name it|call it|text is|text to|with the (?:text|words?|name|title)|the (?:text|words?|name|title)(?: is| should be| to)?)\s*:?\s+/iu;
/** Where a name ends that has no quotation marks. */
const nameEnd =
  /[,;!?\n\0]|\.(?=\s|$)|\s+(?:with|in|using|and (?:make|use|start|go)|please|for|as|instead)\b/iu;

/** What stands in quotation marks, in order. */
export function takeQuoted(unread: Unread): string[] {
  const found: { at: number; text: string }[] = [];
  for (const pattern of quoted) {
    for (let count = 0; count < mostQuotes; count++) {
      const match = unread.take(pattern);
      if (match === null) break;
      found.push({ at: match.index, text: match[1]!.trim() });
    }
  }
  return found
    .sort((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .filter((text) => text !== '' && !text.includes('\0'));
}

/** The name in “called Bean There” or “it says Hello”. */
export function takeCalled(unread: Unread): string | null {
  const start = naming.exec(unread.rest);
  if (start === null) return null;
  const name = unread.rest.slice(start.index + start[0].length);
  const end = nameEnd.exec(name)?.index ?? name.length;
  const text = name.slice(0, end).trim();
  if (text === '' || text.length > 200) return null;
  return unread.take(exactly(start[0] + name.slice(0, end))) === null ? null : text;
}

const forWhom =
  /\bfor\s+(?:my|our|the|an?|his|her|their|some)\s+((?:(?!(?:called|named|with|in|that|which|and|whose|using|please)\b)[\p{Ll}\d'’-]+\s?){1,4})((?:\p{Lu}[\p{L}\p{N}'’&.-]*(?:\s+(?:\p{Lu}[\p{L}\p{N}'’&.-]*|&|and(?=\s\p{Lu})|of|the))*)?)/u;
const forName =
  /\bfor\s+(\p{Lu}[\p{L}\p{N}'’&.-]*(?:\s+(?:\p{Lu}[\p{L}\p{N}'’&.-]*|&|and(?=\s\p{Lu})|of(?=\s)|the(?=\s)))*)/u;

/** What something is for, and its name where one follows: “for my coffee shop Bean There”. */
export function readPurpose(message: string): { subject: string | null; name: string | null } {
  const purpose = forWhom.exec(message);
  if (purpose !== null) return { subject: purpose[1]!.trim(), name: trimmedName(purpose[2]!) };
  const named = forName.exec(message);
  return { subject: null, name: named === null ? null : trimmedName(named[1]!) };
}

const request =
  /^(?:(?:hi|hello|hey|please|ok|okay|so|now|then|and|well)\b[\s,!.]*)*(?:(?:can|could|would|will) you (?:please )?|i(?:'d like| would like| want| need)(?: you)?(?: to)? |let'?s |help me (?:to )?|please )*/iu;
const making =
  /^(?:(?:create|generate|make|paint|draw|render|imagine|produce|design|show|give)(?: me| us)?|have)\s+/iu;
const kind =
  /^(?:an?|the|some|one|\d+|several)?\s*(?:\p{L}+\s){0,2}?(?:image|picture|photo|photograph|painting|drawing|illustration|pic|video|clip)s?\s+(?:of|showing|with|that shows|which shows|depicting|where)\s+/iu;

/** What is to be made, in “please paint a picture of a lighthouse in a storm”; null where a message does not say. */
export function promptOf(rest: string): string | null {
  const polite = rest.replace(request, '');
  const asked = polite.replace(making, '');
  const said = asked.replace(kind, '');
  const isTold = said !== asked || asked !== polite;
  const prompt = withoutEnds(said);
  if (!isTold || prompt.length < 3) return null;
  return /^(?:an?|the|some|it|this|that)?\s*(?:image|picture|photo|painting|drawing|illustration|pic|video|something|it)?s?$/iu.test(
    prompt,
  )
    ? null
    : prompt;
}

const leadIn =
  /^(?:(?:it|this|that)(?:'s| is)(?: called| named)?|i(?:'d| would) (?:like|say)|let'?s (?:use|take|say)|use|take|how about|maybe|the (?:name|text) (?:is|should be)|(?:the|my|our) (?:\p{L}+ ){0,3}is(?: called| named)?|we(?:'re| are)(?: called)?|just)\s+/iu;

/** An answer without what people put in front of it: “it's Bean There”. */
export function bareAnswer(message: string): string {
  return withoutEnds(message.trim().replace(leadIn, ''));
}

function trimmedName(name: string): string | null {
  const text = name.replace(/[\s.,]+$/, '');
  return text === '' ? null : text;
}

function withoutEnds(text: string): string {
  return text
    .replace(/[\s,;:]+(?:and|with|at|in|of|using|please|for|to|by)?[\s,;:.!]*$/iu, '')
    .replace(/^[\s,;:.!]+|[\s,;:!.]+$/g, '');
}

function exactly(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'u');
}
