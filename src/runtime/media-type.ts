import { fileTypeFromBuffer } from 'file-type';

/** Bytes from the start of a file that are enough to tell its type. */
export const sniffBytes = 64 * 1024;

/**
 * The media type of a file by its content alone; a name or a header says nothing here.
 * @param head the first `sniffBytes` bytes, or the whole file where it is shorter
 * @param complete `head` is the whole file
 */
export async function sniffMediaType(head: Uint8Array, complete: boolean): Promise<string> {
  const binary = (await fileTypeFromBuffer(head))?.mime;
  if (binary !== undefined && binary !== 'application/xml') return binary;
  const text = decodeText(head, complete);
  return text === null ? 'application/octet-stream' : textType(text, complete);
}

/** Null where the bytes are not UTF-8 text. A character cut off at the end of the head is no error. */
function decodeText(head: Uint8Array, complete: boolean): string | null {
  if (head.length === 0) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !complete });
    // Control characters are what tells binary data from text.
    return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function textType(text: string, complete: boolean): string {
  const body = text.trimStart();
  const markup = body.replace(
    /^(?:<\?[^>]*\?>|<!--[\s\S]*?-->|<!DOCTYPE\s+svg[^>[]*(?:\[[\s\S]*?\]\s*)?>|\s)+/i,
    '',
  );
  if (/^<(?:\w+:)?svg[\s>/]/i.test(markup)) return 'image/svg+xml';
  if (/^<(?:!doctype html|html|head|body|script)[\s>]/i.test(markup)) return 'text/html';
  if (body.startsWith('<?xml')) return 'application/xml';
  return /^[[{]/.test(body) && isJson(text, complete) ? 'application/json' : 'text/plain';
}

/** What begins like JSON but goes on beyond the head is taken at its word. */
function isJson(text: string, complete: boolean): boolean {
  if (!complete) return /^\s*(?:\[|\{\s*["}])/.test(text);
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
