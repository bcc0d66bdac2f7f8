/** Control characters but tab and line feed, marks that turn text around, and halves of characters, which have no UTF-8. */
const unwanted = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Surrogate}]/gu;

/** Text of several lines that can be shown anywhere. */
export function cleanText(given: string): string {
  return given.replace(/\r\n?/g, '\n').replace(unwanted, '').normalize('NFC').trim();
}

/** A name or tag: one line, with single spaces; empty when nothing of it could be seen. */
export function cleanLine(given: string): string {
  const line = cleanText(given).replace(/\s+/g, ' ');
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(line) ? line : '';
}
