import { createTestContext, runNode, type TestContext } from '@atelier/sdk/testing';
import sharp, { type Sharp } from 'sharp';
import { drawn, pixelAt, plain } from '../../../test/pictures/draw.js';
import { open, take } from '../pixels.js';
import { convert } from './convert.js';

let ctx: TestContext;
beforeEach(() => {
  ctx = createTestContext();
});
afterEach(() => ctx.close());

type Inputs = NonNullable<Parameters<typeof runNode<typeof convert.inputs, typeof convert.outputs>>[1]>;

async function converted(source: Sharp, name: string, inputs: Inputs) {
  const stored = await ctx.assets.write(await source.toBuffer(), name);
  const { file } = await runNode(convert, { file: stored, ...inputs }, ctx);
  const bytes = await ctx.assets.read(file);
  const header = await sharp(bytes, { animated: true }).metadata();
  return { stored, file, bytes, header };
}

const picture = () => open(plain(40, 30, [200, 60, 20]));

describe('image.convert', () => {
  it.each([
    ['png', 'photo.png', 'image/png'],
    ['jpeg', 'photo.jpeg', 'image/jpeg'],
    ['webp', 'photo.webp', 'image/webp'],
    ['avif', 'photo.avif', 'image/avif'],
    ['gif', 'photo.gif', 'image/gif'],
    ['tiff', 'photo.tif', 'image/tiff'],
  ] as const)('keeps the format of %s when it resizes', async (format, name, mediaType) => {
    const { file, header } = await converted(picture().toFormat(format), name, { width: 20, height: 20 });

    expect(file.mediaType).toBe(mediaType);
    expect([header.width, header.height]).toEqual([20, 20]);
    expect(file.name).toMatch(/^photo\.(png|jpg|webp|avif|gif|tif)$/);
  });

  it('writes another format under the name with its extension', async () => {
    const { file, bytes } = await converted(picture().png(), 'photo.png', { format: 'webp', quality: 100 });
    const [red = 0, green = 0, blue = 0] = pixelAt(await take(sharp(bytes)), 5, 5);

    expect([file.mediaType, file.name]).toEqual(['image/webp', 'photo.webp']);
    expect(Math.max(Math.abs(red - 200), Math.abs(green - 60), Math.abs(blue - 20))).toBeLessThanOrEqual(4);
  });

  it('returns a file as it is when it has the format and size asked for', async () => {
    const { stored, file } = await converted(picture().jpeg(), 'photo.jpg', {
      width: 40,
      height: 30,
      format: 'jpeg',
    });

    expect(file).toEqual(stored);
  });

  it('writes a file again when another quality is asked for, or when it lies on its side', async () => {
    const smaller = await converted(picture().jpeg(), 'photo.jpg', { quality: 10 });
    const upright = await converted(picture().jpeg().withMetadata({ orientation: 6 }), 'photo.jpg', {});

    expect(smaller.file.sha256).not.toBe(smaller.stored.sha256);
    expect([upright.header.width, upright.header.height, upright.header.orientation]).toEqual([
      30,
      40,
      undefined,
    ]);
  });

  it('leaves out where and with what a photo was taken', async () => {
    const photo = picture()
      .jpeg()
      .withExif({ IFD0: { Make: 'Camera' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } });
    const { header } = await converted(photo, 'photo.jpg', { width: 20 });

    expect(header.exif).toBeUndefined();
  });

  it('keeps an animation in GIF and WebP and takes its first frame elsewhere', async () => {
    const frames = await Promise.all(
      [
        [255, 0, 0],
        [0, 0, 255],
        [0, 255, 0],
      ].map((colour) =>
        open(plain(40, 30, colour))
          .png()
          .toBuffer(),
      ),
    );
    const animation = () =>
      sharp(frames, { join: { animated: true } }).gif({ delay: [100, 200, 300], loop: 2 });
    const smaller = await converted(animation(), 'a.gif', { width: 20, height: 10 });
    const webp = await converted(animation(), 'a.gif', { format: 'webp' });
    const still = await converted(animation(), 'a.gif', { format: 'png' });

    expect(smaller.header).toMatchObject({
      pages: 3,
      width: 20,
      pageHeight: 10,
      delay: [100, 200, 300],
      loop: 2,
    });
    expect(webp.header).toMatchObject({ format: 'webp', pages: 3, pageHeight: 30, delay: [100, 200, 300] });
    expect(still.header).toMatchObject({ format: 'png', width: 40, height: 30 });
    expect(pixelAt(await take(sharp(still.bytes)), 3, 3).slice(0, 3)).toEqual([255, 0, 0]);
  });

  it('refuses an animation whose frames together have too many pixels', async () => {
    // A GIF of 6000 × 6000 with four frames, of which only the sizes are written.
    const screen = Buffer.from('GIF89a\x70\x17\x70\x17\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
    const frame = Buffer.from('2c0000000070177017000202440100', 'hex');
    const file = await ctx.assets.write(
      Buffer.concat([screen, frame, frame, frame, frame, Buffer.from(';')]),
      'a.gif',
    );

    await expect(runNode(convert, { file, width: 10 }, ctx)).rejects.toMatchObject({
      code: 'too-large',
      message: 'a.gif has 144 million pixels and at most 128 million are read. Make it smaller first.',
    });
  });

  it('draws SVG at the size asked for, as PNG', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><path d="M0 0H2V4H0Z" fill="#123456"/></svg>',
    );
    const stored = { ...(await ctx.assets.write(svg, 'mark.svg')), mediaType: 'image/svg+xml' };
    const { file } = await runNode(convert, { file: stored, width: 100, height: 100 }, ctx);
    const image = await take(sharp(await ctx.assets.read(file)));

    expect(file.name).toBe('mark.png');
    // Enlarged pixels would blur the edge at x = 50 over many columns.
    expect([pixelAt(image, 48, 50), pixelAt(image, 51, 50)]).toEqual([
      [0x12, 0x34, 0x56, 255],
      [0, 0, 0, 0],
    ]);
  });

  it('fills what contain adds with the background: transparent, or white in JPEG', async () => {
    const shape = { width: 40, height: 40, fit: 'contain' } as const;
    const png = await converted(picture().png(), 'photo.png', shape);
    const jpeg = await converted(picture().png(), 'photo.png', { ...shape, format: 'jpeg' });
    const blue = await converted(picture().png(), 'photo.png', { ...shape, background: '#0000ff' });

    expect(pixelAt(await take(sharp(png.bytes)), 20, 1)).toEqual([0, 0, 0, 0]);
    expect(Math.min(...pixelAt(await take(sharp(jpeg.bytes)), 20, 1))).toBeGreaterThan(250);
    expect(pixelAt(await take(sharp(blue.bytes)), 20, 1)).toEqual([0, 0, 255]);
    expect(pixelAt(await take(sharp(blue.bytes)), 20, 20)).toEqual([200, 60, 20]);
  });

  it('puts the background behind a transparent picture in JPEG', async () => {
    const clear = () => open(plain(40, 30, [255, 0, 0, 0])).png();
    const black = await converted(clear(), 'a.png', { format: 'jpeg', background: '#000000' });
    const unset = await converted(clear(), 'a.png', { format: 'jpeg' });

    expect(pixelAt(await take(sharp(black.bytes)), 20, 15)).toEqual([0, 0, 0]);
    expect(pixelAt(await take(sharp(unset.bytes)), 20, 15)).toEqual([255, 255, 255]);
  });

  it('refuses what WebP cannot hold and a damaged file in a sentence', async () => {
    await expect(
      converted(picture().png(), 'a.png', { format: 'webp', width: 16_384, height: 10 }),
    ).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('16383') });

    const bytes = await open(drawn(200, 200, (x, y) => [(x * y) % 256, x, y]))
      .jpeg()
      .toBuffer();
    const cut = await ctx.assets.write(bytes.subarray(0, bytes.length / 2), 'cut.jpg');
    await expect(runNode(convert, { file: cut, width: 10 }, ctx)).rejects.toMatchObject({
      code: 'unsupported-media',
      message: 'cut.jpg is damaged and cannot be decoded to its end. Save it again or send another file.',
    });
  });
});
