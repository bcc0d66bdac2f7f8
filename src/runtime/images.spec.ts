import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { Image } from '@atelier/sdk';
import { decodeImage, decodeMask, encodePng, encodePreview, maskFromImage } from './images.js';

const limit = 100_000_000;
const red = { width: 4, height: 2, channels: 3, background: { r: 255, g: 0, b: 0 } } as const;
const picture = (options: Parameters<typeof sharp>[1] = { create: red }) => sharp(options);

function noise(width: number, height: number, channels: 3 | 4): Image {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (state * 48271) % 2147483647;
    return state & 255;
  });
  return { width, height, channels, data };
}

/** A PNG of one-bit zeros, whose file is small whatever its size. */
function emptyPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 1 });
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('decodeImage', () => {
  it.each(['png', 'webp', 'gif', 'tiff'] as const)('reads the pixels of a %s file', async (format) => {
    const image = await decodeImage(
      await picture().toFormat(format, { lossless: true, compression: 'lzw' }).toBuffer(),
      limit,
    );
    expect(image).toMatchObject({ width: 4, height: 2 });
    expect([...image.data.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect(image.data).toHaveLength(4 * 2 * image.channels);
  });

  it.each(['jpeg', 'avif'] as const)('reads the pixels of a %s file, about', async (format) => {
    const image = await decodeImage(await picture().toFormat(format).toBuffer(), limit);
    expect(image).toMatchObject({ width: 4, height: 2, channels: 3 });
    expect(image.data[0]).toBeGreaterThan(230);
    expect(image.data[1]).toBeLessThan(30);
  });

  it('turns a picture as its EXIF data says', async () => {
    const image = await decodeImage(
      await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
      limit,
    );
    expect(image).toMatchObject({ width: 2, height: 4 });
  });

  it.each([
    ['grey', () => picture().greyscale().png(), 3],
    ['grey with alpha', () => picture().greyscale().ensureAlpha(0.5).png(), 4],
    ['16 bits', () => picture().toColourspace('rgb16').png(), 3],
    ['CMYK', () => picture().toColourspace('cmyk').jpeg(), 3],
    ['a palette', () => picture().png({ palette: true }), 3],
  ])('brings %s to 8-bit sRGB', async (_name, make, channels) => {
    const image = await decodeImage(await make().toBuffer(), limit);
    expect(image).toMatchObject({ width: 4, height: 2, channels });
    expect(image.data).toHaveLength(8 * channels);
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(12, 10), Buffer.alloc(12, 200)]);
    const gif = await sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const image = await decodeImage(gif, limit);
    expect(image).toMatchObject({ width: 2, height: 2 });
    expect(image.data[0]).toBeLessThan(40);
  });

  it('refuses a picture of too many pixels by its header, long before it is decoded', async () => {
    const bomb = emptyPng(14_000, 14_000);
    const startedAt = performance.now();
    const rss = process.memoryUsage.rss();
    await expect(decodeImage(bomb, limit)).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('14000 × 14000'),
    });
    expect(performance.now() - startedAt).toBeLessThan(200);
    expect(process.memoryUsage.rss() - rss).toBeLessThan(64 * 2 ** 20);
  });

  it.each([
    ['cut off', async () => (await encodePng(noise(64, 64, 3))).subarray(0, 4000)],
    ['with a wrong checksum', async () => alter(await encodePng(noise(64, 64, 3)))],
    [
      'a cut off JPEG',
      async () =>
        (
          await sharp(noise(64, 64, 3).data, { raw: { width: 64, height: 64, channels: 3 } })
            .jpeg()
            .toBuffer()
        ).subarray(0, 900),
    ],
    ['text', async () => Buffer.from('hello')],
    ['a PDF', async () => Buffer.from('%PDF-1.4\n1 0 obj\n')],
    ['nothing', async () => Buffer.alloc(0)],
  ])('refuses bytes that are no readable picture: %s', async (_name, bytes) => {
    await expect(decodeImage(await bytes(), limit)).rejects.toMatchObject({ code: 'unsupported-media' });
  });

  it('draws an SVG', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"><rect width="3" height="2" fill="#00f"/></svg>';
    const image = await decodeImage(Buffer.from(svg), limit);
    expect(image).toMatchObject({ width: 3, height: 2, channels: 4 });
    expect([...image.data.subarray(0, 4)]).toEqual([0, 0, 255, 255]);
  });

  it('fetches nothing that an SVG refers to', async () => {
    let requests = 0;
    const canary = createServer((_request, response) => {
      requests++;
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/x.png`;
    const outside = `<image href="${url}" width="2" height="2"/><image href="file:///etc/hostname" width="2" height="2"/>`;
    const svg = `<?xml version="1.0"?><?xml-stylesheet href="${url}"?><!DOCTYPE svg SYSTEM "${url}"><svg xmlns="http://www.w3.org/2000/svg" width="2" height="2">${outside}</svg>`;
    await decodeImage(Buffer.from(svg), limit).catch(() => undefined);
    canary.close();
    expect(requests).toBe(0);
  });

  it('survives an SVG whose entities multiply', async () => {
    const entities = Array.from(
      { length: 12 },
      (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
    );
    const svg = `<!DOCTYPE svg [<!ENTITY e0 "lol">${entities.join('')}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&e12;</text></svg>`;
    const startedAt = performance.now();
    await decodeImage(Buffer.from(svg), limit).catch(() => undefined);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

describe('encodePng', () => {
  it.each([3, 4] as const)('keeps every pixel of a picture with %d channels', async (channels) => {
    const image = noise(37, 23, channels);
    const back = await decodeImage(await encodePng(image), limit);
    expect(back).toMatchObject({ width: 37, height: 23, channels });
    expect(Buffer.compare(back.data, image.data)).toBe(0);
  });

  it('keeps every level of a mask, in a grey file', async () => {
    const mask = { width: 16, height: 16, data: Uint8Array.from({ length: 256 }, (_, level) => level) };
    const png = await encodePng(mask);
    expect(await sharp(png).metadata()).toMatchObject({ channels: 1, depth: 'uchar', space: 'b-w' });
    expect(Buffer.compare((await decodeMask(png, limit)).data, mask.data)).toBe(0);
  });
});

describe('masks', () => {
  it('take the brightness of a picture, where it is opaque', () => {
    const data = Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 0, 0, 255, 0, 255, 0, 0, 0, 255]);
    expect([...maskFromImage({ width: 2, height: 2, channels: 4, data }).data]).toEqual([255, 0, 182, 0]);
  });

  it('are read from coloured files by their brightness', async () => {
    const mask = await decodeMask(await picture().png().toBuffer(), limit);
    expect(mask).toMatchObject({ width: 4, height: 2 });
    expect(mask.data.every((level) => level === 54)).toBe(true);
  });
});

describe('encodePreview', () => {
  it('stays within 16 kB and 256 pixels even for noise', async () => {
    const preview = await encodePreview(noise(900, 700, 3));
    expect(preview.length).toBeLessThanOrEqual(16_000);
    const { format, width, height } = await sharp(preview).metadata();
    expect(format).toBe('webp');
    expect(Math.max(width, height)).toBeLessThanOrEqual(256);
  });

  it('does not enlarge a small picture', async () => {
    expect(await sharp(await encodePreview(noise(20, 10, 4))).metadata()).toMatchObject({
      width: 20,
      height: 10,
    });
  });
});

function alter(bytes: Uint8Array): Uint8Array {
  const altered = Uint8Array.from(bytes);
  const middle = altered.length >> 1;
  altered[middle] = (altered[middle] as number) ^ 0xff;
  return altered;
}
