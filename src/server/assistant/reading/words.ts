/** The words of a text in lower case, in the order in which they stand. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

const endings: [RegExp, string][] = [
  [/ies$/, 'y'],
  [/(ss|us|is)$/, '$1'],
  [/s$/, ''],
  [/(?<=\p{L}{3})ing$/u, ''],
  [/(?<=\p{L}{3})(?:ed|er)$/u, ''],
  [/(?<=\p{L}{3})e$/u, ''],
];

/** What forms of one word have in common: `resize`, `resizer` and `resizing` become `resiz`. */
export function stem(word: string): string {
  if (word.length <= 3) return word;
  let stemmed = word;
  for (const [ending, kept] of endings) stemmed = stemmed.replace(ending, kept);
  return stemmed.replace(/([bdgmnprt])\1$/, '$1');
}

/** A text for use inside a regular expression, where a blank stands for blanks, `_` and `-`. */
export function patternOf(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[\s_-]+/g, '[\\s_-]*');
}

/** `a, b and c` */
export function listed(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}
