import path from 'node:path';

/** The folder of this Atelier: two above the compiled as well as the written file. */
export const checkout = path.resolve(import.meta.dirname, '../..');

/** A path as it is typed in a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
