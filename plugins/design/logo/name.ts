import { Failure } from '@atelier/sdk';

/** Characters of a name. */
export const longestName = 60;

/** Composed, in one line, without what cannot be seen. Throws `invalid-input`. */
export function cleanName(text: string): string {
  const visible = text
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '')
    .trim();
  const emoji = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{fe0f}/u.exec(visible.normalize('NFC'));
  if (emoji) {
    throw new Failure(
      'invalid-input',
      `A logo is lettered without emoji: leave out “${emoji[0]}”, the mark is drawn beside the name.`,
    );
  }
  const name = visible.replace(/[\u{fe00}-\u{fe0f}]/gu, '');
  if (/[\p{L}\p{N}]/u.test(name)) return name;
  throw new Failure('invalid-input', 'The name needs at least one letter or digit.');
}

/** Greek capitals have no accents, which only the Greek rules know. */
export function capitals(text: string): string {
  return /\p{Script=Greek}/u.test(text) ? text.toLocaleUpperCase('el') : text.toUpperCase();
}

/** For characters that none of a style's fonts has. */
export function refuseLetters(characters: readonly string[]): Failure {
  const listed = characters.slice(0, 5).map((character) => `“${character}”`);
  return new Failure(
    'invalid-input',
    `The fonts have no letters for ${listed.join(', ')}: write the name in Latin, Greek or Cyrillic letters.`,
    { characters: characters.slice(0, 60) },
  );
}
