/** What most file systems take, in bytes of UTF-8. */
const longest = 255;

/**
 * A name that can be shown, sent in a header and saved anywhere: without folders, control characters, invisible marks that
 * turn text around, and characters that Windows refuses. Cut to 255 bytes before its extension; `file` when nothing is left.
 */
export function safeFileName(given: string): string {
  const name = given
    .normalize('NFC')
    // A lone surrogate has no UTF-8.
    .replace(/\p{Surrogate}/gu, '')
    .split(/[/\\]/)
    .at(-1)!
    .replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  if (name === '') return 'file';
  const safe = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) ? `_${name}` : name;
  const dot = safe.lastIndexOf('.');
  const extension = dot > 0 && safe.length - dot <= 16 ? safe.slice(dot) : '';
  return (
    cut(safe.slice(0, safe.length - extension.length), longest - Buffer.byteLength(extension)) + extension
  );
}

function cut(text: string, bytes: number): string {
  let rest = bytes;
  let kept = '';
  for (const character of text) {
    rest -= Buffer.byteLength(character);
    if (rest < 0) break;
    kept += character;
  }
  return kept;
}
