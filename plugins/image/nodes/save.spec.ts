import { createTestContext, runNode, type TestContext } from '@atelier/sdk/testing';
import sharp from 'sharp';
import { drawn, pixelAt, plain } from '../../../test/pictures/draw.js';
import { formatNames, formats } from '../formats.js';
import { take } from '../pixels.js';
import { save } from './save.js';

let ctx: TestContext;
beforeEach(() => {
  ctx = createTestContext();
});
afterEach(() => ctx.close());

async function saved(
  inputs: NonNullable<Parameters<typeof runNode<typeof save.inputs, typeof save.outputs>>[1]>,
) {
  const { file } = await runNode(save, inputs, ctx);
  return { file, bytes: await ctx.assets.read(file) };
}

const gradient = drawn(32, 16, (x, y) => [x * 8, y * 16, 128]);

describe('image.save', () => {
  it.each(formatNames)('writes %s that reads back as the same picture', async (format) => {
    const { file, bytes } = await saved({ image: gradient, format, quality: 95 });
    const back = await take(sharp(bytes));
    const errors = [...gradient.data].map((value, at) => {
      const pixel = Math.floor(at / 3) * back.channels + (at % 3);
      return Math.abs(value - (back.data[pixel] ?? NaN));
    });

    expect(file.mediaType).toBe(formats[format].mediaType);
    expect(file.name).toBe(`image.${formats[format].extension}`);
    expect([back.width, back.height]).toEqual([32, 16]);
    // A palette of 256 colours stands for the 512 of the gradient.
    expect(Math.max(...errors)).toBeLessThanOrEqual({ png: 0, tiff: 0, gif: 24 }[format as string] ?? 12);
  });

  it.each(['png', 'webp', 'avif', 'tiff'] as const)('keeps transparency in %s', async (format) => {
    const { bytes } = await saved({ image: plain(4, 4, [10, 200, 30, 128]), format });

    expect(pixelAt(await take(sharp(bytes)), 1, 1)[3]).toBe(128);
  });

  it('lets the background shine through in JPEG', async () => {
    const { bytes } = await saved({
      image: plain(16, 16, [255, 0, 0, 128]),
      format: 'jpeg',
      background: '#0000ff',
    });
    const [red = 0, green = 0, blue = 0] = pixelAt(await take(sharp(bytes)), 8, 8);

    expect(Math.abs(red - 128)).toBeLessThanOrEqual(3);
    expect(green).toBeLessThanOrEqual(3);
    expect(Math.abs(blue - 127)).toBeLessThanOrEqual(3);
  });

  it('writes smaller files at lower quality', async () => {
    const sizes = await Promise.all(
      [95, 50, 5].map(
        async (quality) => (await saved({ image: gradient, format: 'webp', quality })).bytes.length,
      ),
    );

    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(new Set(sizes).size).toBe(3);
  });

  it('gives the same bytes for the same picture', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => saved({ image: gradient, format: 'avif' })));

    expect(first?.file.sha256).toBe(second?.file.sha256);
  });

  it.each(['png', 'jpeg', 'webp', 'avif', 'tiff'] as const)(
    'keeps metadata in %s as its description',
    async (format) => {
      const { bytes } = await saved({
        image: gradient,
        format,
        metadata: { prompt: 'a <b> & "c" ü', seed: 7 },
      });
      const { xmpAsString = '', exif } = await sharp(bytes).metadata();

      expect(xmpAsString).toContain('<dc:description>');
      expect(xmpAsString).toContain('{"prompt":"a &#60;b&#62; &#38; \\"c\\" ü","seed":7}');
      expect(exif).toBeUndefined();
    },
  );

  it('writes no metadata unless there is some', async () => {
    const { bytes } = await saved({ image: gradient, format: 'jpeg' });
    const { xmp, exif, icc } = await sharp(bytes).metadata();

    expect([xmp, exif, icc]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['holiday.png', 'holiday.jpg'],
    ['holiday.JPEG', 'holiday.jpg'],
    ['2024.07.13', '2024.07.13.jpg'],
    ['../../etc/passwd', 'passwd.jpg'],
    ['C:\\pictures\\me.webp', 'me.jpg'],
    ['日本 🙂', '日本 🙂.jpg'],
    ['.png', 'image.jpg'],
    ['folder/', 'image.jpg'],
    ['x'.repeat(255), `${'x'.repeat(250)}.jpg`],
  ])('names a file %j as %j', async (name, expected) => {
    expect((await saved({ image: gradient, format: 'jpeg', name })).file.name).toBe(expected);
  });

  it('refuses a picture that the format cannot hold and names the limit', async () => {
    const long = plain(16_384, 1, [1, 2, 3]);

    await expect(saved({ image: long, format: 'webp' })).rejects.toMatchObject({
      code: 'invalid-input',
      message:
        'A picture in webp can have 16383 pixels a side, and this one has 16384 × 1. Choose another format or a smaller size.',
    });
    expect((await saved({ image: long, format: 'png' })).file.mediaType).toBe('image/png');
  });
});
