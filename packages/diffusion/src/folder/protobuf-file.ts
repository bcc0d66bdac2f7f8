import type { FileHandle } from 'node:fs/promises';

/** The bytes are no protocol buffer, or they end too early. */
export class NotProtobuf extends Error {}

export interface Field {
  number: number;
  /** of a number field */
  value: number;
  /** where the bytes of a length-delimited field begin, and how many they are */
  start: number;
  length: number;
}

/** The fields of one message; contents are skipped unless the caller reads them. */
export async function* fields(source: ProtobufFile, start: number, end: number): AsyncGenerator<Field> {
  let at = start;
  while (at < end) {
    const tag = await source.varint(at);
    at = tag.next;
    const number = Math.floor(tag.value / 8);
    const wire = tag.value % 8;
    if (number === 0) throw new NotProtobuf();
    if (wire === 0) {
      const { value, next } = await source.varint(at);
      at = next;
      yield { number, value, start: at, length: 0 };
      continue;
    }
    const bytes = wire === 2 ? await source.varint(at) : { value: fixedBytes(wire), next: at };
    at = bytes.next + bytes.value;
    if (at > end) throw new NotProtobuf();
    yield { number, value: 0, start: bytes.next, length: bytes.value };
  }
}

function fixedBytes(wire: number): number {
  if (wire === 1) return 8;
  if (wire === 5) return 4;
  throw new NotProtobuf();
}

const windowBytes = 64 * 1024;

/** A file read by small pieces through one window. */
export class ProtobufFile {
  private readonly window = Buffer.alloc(windowBytes);
  private from = 0;
  private filled = 0;

  constructor(private readonly file: FileHandle) {}

  /** A base-128 number. Lengths and dimensions stay below 2^53. */
  async varint(at: number): Promise<{ value: number; next: number }> {
    await this.cover(at, 10);
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const offset = at + i - this.from;
      if (offset >= this.filled) break;
      const byte = this.window[offset]!;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return { value, next: at + i + 1 };
    }
    throw new NotProtobuf();
  }

  async text(at: number, length: number): Promise<string> {
    if (length > windowBytes) throw new NotProtobuf();
    await this.cover(at, length);
    if (at + length > this.from + this.filled) throw new NotProtobuf();
    return this.window.toString('utf8', at - this.from, at - this.from + length);
  }

  private async cover(at: number, length: number): Promise<void> {
    if (at >= this.from && at + length <= this.from + this.filled) return;
    this.filled = (await this.file.read(this.window, 0, windowBytes, at)).bytesRead;
    this.from = at;
  }
}
