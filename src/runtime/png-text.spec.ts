import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { readPngText, withPngText } from './png-text.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-png-'));
  file = path.join(folder, 'picture.png');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const picture = () =>
  sharp({ create: { width: 5, height: 3, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function written(bytes: Uint8Array, pieceLength: number, text: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of withPngText(inPieces(bytes, pieceLength), 'atelier', text)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('the text of a picture', () => {
  it.each([1, 7, 33, 40, 4096])(
    'is read back from a file that came in pieces of %i bytes',
    async (length) => {
      const text = '{"prompt":"ein Löwe 🦁"}';
      await writeFile(file, await written(await picture(), length, text));
      expect(await readPngText(file, 'atelier')).toBe(text);
      expect(await readPngText(file, 'another')).toBeNull();
    },
  );

  it('leaves the picture as it was, for strict readers too', async () => {
    const plain = await picture();
    const stamped = await written(plain, 16, 'text');
    expect(stamped.length).toBeGreaterThan(plain.length);
    const pixels = (png: Buffer) => sharp(png, { failOn: 'warning' }).raw().toBuffer();
    expect(await pixels(stamped)).toEqual(await pixels(plain));
  });

  it.each([
    ['a picture without one', async () => picture()],
    ['no picture', async () => Buffer.from('some words')],
    ['a picture that breaks off', async () => (await picture()).subarray(0, 40)],
    ['an empty file', async () => Buffer.alloc(0)],
  ])('is not found in %s', async (_, make) => {
    await writeFile(file, await make());
    expect(await readPngText(file, 'atelier')).toBeNull();
  });
});
