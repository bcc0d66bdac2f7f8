import { createTestContext, encodePng, runNode, type TestContext } from '@atelier/sdk/testing';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { drawn, pixelAt, plain } from '../../../test/pictures/draw.js';
import { open } from '../pixels.js';
import { load } from './load.js';

let ctx: TestContext;
beforeEach(() => {
  ctx = createTestContext();
});
afterEach(() => ctx.close());

const red = [220, 40, 30];
const redPicture = () => open(plain(8, 6, red));

async function loaded(file: Sharp | Uint8Array, bounds: { max_width?: number; max_height?: number } = {}) {
  const bytes = file instanceof Uint8Array ? file : await file.toBuffer();
  const stored = await ctx.assets.write(bytes, 'picture');
  return runNode(load, { file: { ...stored, mediaType: 'image/png' }, ...bounds }, ctx);
}

/** The farthest that any channel of the first pixel is from `colour`. */
async function difference(file: Sharp, colour: number[]): Promise<number> {
  const { image } = await loaded(file);
  const pixel = pixelAt(image, 0, 0);
  return Math.max(...colour.map((value, channel) => Math.abs(value - (pixel[channel] ?? NaN))));
}

describe('image.load', () => {
  it('gives the pixels of a PNG exactly, the name and the format', async () => {
    const { image, name, format } = await loaded(redPicture().png());

    expect(image).toEqual(plain(8, 6, red));
    expect(name).toBe('picture');
    expect(format).toBe('png');
  });

  it.each([
    ['a palette', () => redPicture().png({ palette: true }), 0],
    ['16 bits', () => redPicture().toColourspace('rgb16').png(), 0],
    ['16 bits and a profile', () => redPicture().toColourspace('rgb16').withIccProfile('srgb').png(), 2],
    ['a wide-gamut profile', () => redPicture().withIccProfile('p3').png(), 2],
    ['TIFF', () => redPicture().tiff({ compression: 'lzw' }), 0],
    ['lossless WebP', () => redPicture().webp({ lossless: true }), 0],
    ['AVIF', () => redPicture().avif({ quality: 95 }), 6],
    ['JPEG', () => redPicture().jpeg({ quality: 98 }), 4],
    ['GIF', () => redPicture().gif(), 0],
  ])('keeps red as it is: %s', async (_, file, tolerance) => {
    expect(await difference(file(), red)).toBeLessThanOrEqual(tolerance);
  });

  it('turns CMYK into RGB', async () => {
    const { image } = await loaded(redPicture().toColourspace('cmyk').jpeg({ quality: 100 }));

    // CMYK has no such red: what is left of it depends on the profile.
    expect(image.channels).toBe(3);
    expect(await difference(redPicture().toColourspace('cmyk').jpeg({ quality: 100 }), red)).toBeLessThan(40);
  });

  it.each([
    ['grey', () => redPicture().toColourspace('b-w').png(), 3],
    ['16-bit grey', () => redPicture().toColourspace('grey16').png(), 3],
    [
      'grey with alpha',
      () =>
        open(plain(8, 6, [...red, 128]))
          .toColourspace('b-w')
          .png(),
      4,
    ],
  ])('spreads %s over three channels', async (_, file, channels) => {
    const { image } = await loaded(file());
    const [first, second, third, alpha = 128] = pixelAt(image, 0, 0);

    expect(image.channels).toBe(channels);
    expect([second, third, alpha]).toEqual([first, first, 128]);
  });

  it('stands upright: a picture that its EXIF says lies on its side is turned', async () => {
    const wide = open({
      ...plain(4, 2, red),
      data: Uint8Array.from([...Array(12).fill(255), ...Array(12).fill(0)]),
    });
    const { image } = await loaded(wide.png().withMetadata({ orientation: 6 }));

    expect([image.width, image.height]).toEqual([2, 4]);
    expect([pixelAt(image, 0, 0), pixelAt(image, 1, 0)]).toEqual([
      [0, 0, 0],
      [255, 255, 255],
    ]);
  });

  it('takes the first frame of an animation', async () => {
    const frames = await Promise.all(
      [red, [0, 0, 255]].map((colour) =>
        open(plain(8, 6, colour))
          .png()
          .toBuffer(),
      ),
    );
    const { image, format } = await loaded(sharp(frames, { join: { animated: true } }).gif());

    expect([image.width, image.height, format]).toEqual([8, 6, 'gif']);
    expect(pixelAt(image, 0, 0).slice(0, 3)).toEqual(red);
  });

  it('reduces a picture to the bounds in its proportions and never enlarges it', async () => {
    const wide = await open(plain(90, 40, red))
      .jpeg()
      .toBuffer();
    const sizes = await Promise.all(
      [{ max_width: 30 }, { max_height: 10 }, { max_width: 30, max_height: 10 }, { max_width: 500 }].map(
        async (bounds) => (await loaded(wide, bounds)).image,
      ),
    );

    expect(sizes.map(({ width, height }) => [width, height])).toEqual([
      [30, 13],
      [23, 10],
      [23, 10],
      [90, 40],
    ]);
  });

  it('bounds the upright picture, not the stored one', async () => {
    const lying = open(plain(90, 40, red))
      .jpeg()
      .withMetadata({ orientation: 6 });
    const { image } = await loaded(lying, { max_width: 20, max_height: 90 });

    expect([image.width, image.height]).toEqual([20, 45]);
  });

  it('draws an SVG that names a file of the machine without reading that file', async () => {
    const path = await ctx.assets.path(
      await ctx.assets.write(await redPicture().png().toBuffer(), 'red.png'),
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="8" height="6">
      <rect width="8" height="6" fill="#0000ff"/>
      <image width="8" height="6" xlink:href="file://${path}"/><image width="8" height="6" href="${path}"/></svg>`;
    const { image, format } = await loaded(Buffer.from(svg));

    expect(pixelAt(image, 4, 3)).toEqual([0, 0, 255, 255]);
    expect(format).toBe('png');
  });

  it('refuses a picture of more than 128 million pixels without decoding it, and says how many it has', async () => {
    const bomb = Buffer.from(encodePng(plain(1, 1, red)));
    bomb.writeUInt32BE(14_000, 16);
    bomb.writeUInt32BE(14_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);

    await expect(loaded(bomb)).rejects.toMatchObject({
      code: 'too-large',
      message: 'picture has 196 million pixels and at most 128 million are read. Make it smaller first.',
      details: { width: 14_000, height: 14_000 },
    });
  });

  it('refuses what is not a picture, and a picture that ends too early', async () => {
    const whole = await open(drawn(200, 200, (x, y) => [(x * y) % 256, x, y]))
      .jpeg()
      .toBuffer();

    await expect(loaded(Buffer.from('%PDF-1.4 not a picture'))).rejects.toMatchObject({
      code: 'unsupported-media',
      message: 'picture is not a picture that can be read.',
    });
    await expect(loaded(new Uint8Array())).rejects.toMatchObject({ code: 'unsupported-media' });
    await expect(loaded(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({
      code: 'unsupported-media',
      message: expect.stringContaining('picture is damaged'),
    });
  });

  it('stops when the job is cancelled', async () => {
    const cancelled = createTestContext({ signal: AbortSignal.abort() });
    await expect(runNode(load, {}, cancelled)).rejects.toMatchObject({ name: 'AbortError' });
    await cancelled.close();
  });
});
