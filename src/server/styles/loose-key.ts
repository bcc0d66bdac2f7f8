/**
 * A word as it is looked up where people write it in many ways: without case, accents, spaces and signs, in American spelling.
 * `Oil_Painting`, `oil-painting` and `OIL PAINTING` have one key.
 */
export function looseKey(word: string): string {
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('colour', 'color')
    .replaceAll('grey', 'gray');
}
