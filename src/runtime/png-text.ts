import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** https://www.w3.org/TR/png-3/: a signature, then chunks of length, type, data and CRC; the first one is IHDR. */
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const headerEnd = signature.length + 12 + 13;
const longestText = 2 ** 22;

/** The bytes of a PNG file with a text (an iTXt chunk, UTF-8) right after its header. */
export async function* withPngText(
  png: AsyncIterable<Uint8Array>,
  keyword: string,
  text: string,
): AsyncGenerator<Uint8Array> {
  const chunk = textChunk(keyword, text);
  let position = 0;
  for await (const bytes of png) {
    const split = headerEnd - position;
    position += bytes.length;
    if (split <= 0 || position < headerEnd) yield bytes;
    else {
      yield bytes.subarray(0, split);
      yield chunk;
      yield bytes.subarray(split);
    }
  }
}

/** The text that `withPngText` has put into a file, or null: for another keyword, and for what is no PNG at all. */
export async function readPngText(path: string, keyword: string): Promise<string | null> {
  const file = await open(path);
  try {
    const read = async (position: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    if (!signature.equals(await read(0, signature.length))) return null;
    const wanted = prefixOf(keyword);
    for (let position = signature.length; ;) {
      const frame = await read(position, 8);
      if (frame.length < 8) return null;
      const length = frame.readUInt32BE(0);
      if (frame.toString('latin1', 4) === 'iTXt' && length <= longestText) {
        const data = await read(position + 8, length);
        if (data.subarray(0, wanted.length).equals(wanted)) return data.toString('utf8', wanted.length);
      }
      position += 12 + length;
    }
  } finally {
    await file.close();
  }
}

function textChunk(keyword: string, text: string): Buffer {
  const named = Buffer.concat([Buffer.from('iTXt', 'latin1'), prefixOf(keyword), Buffer.from(text, 'utf8')]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(named.length - 4, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}

/** The keyword and, each ended by a zero, no compression, no language and no translation. */
function prefixOf(keyword: string): Buffer {
  return Buffer.concat([Buffer.from(keyword, 'latin1'), Buffer.from([0, 0, 0, 0, 0])]);
}
