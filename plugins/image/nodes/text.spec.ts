import type { Image } from '@atelier/sdk';
import { runNode } from '@atelier/sdk/testing';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { boundsOf, pixelAt, plain } from '../../../test/pictures/draw.js';
import { text } from './text.js';

type Inputs = NonNullable<Parameters<typeof runNode<typeof text.inputs, typeof text.outputs>>[1]>;

const black = plain(400, 200, [0, 0, 0]);
const write = async (inputs: Inputs): Promise<Image> => (await runNode(text, inputs)).image;
const isLit = ([red = 0, , , alpha = 255]: number[]) => red > 100 && alpha > 100;
const lit = ({ data, channels }: Image) =>
  data.filter((value, at) => at % channels === 0 && value > 100).length;

describe('image.text', () => {
  it.each([
    ['top-left', 'left', 'top'],
    ['top-right', 'right', 'top'],
    ['bottom-left', 'left', 'bottom'],
    ['bottom-right', 'right', 'bottom'],
  ] as const)(
    'leaves ink at %s, as far from the edges as the margin says, and nowhere else',
    async (position, x, y) => {
      const image = await write({ image: black, text: 'Hill', size: 40, position, margin: 0.1 });
      const bounds = boundsOf(image, isLit);
      const edge = { left: 20, top: 20, right: 379, bottom: 179 };

      expect(Math.abs(bounds[x] - edge[x])).toBeLessThanOrEqual(1);
      expect(Math.abs(bounds[y] - edge[y])).toBeLessThanOrEqual(1);
      expect(bounds.right - bounds.left).toBeLessThan(120);
      expect(image.channels).toBe(3);
    },
  );

  it('draws letters of the size asked for', async () => {
    const heightOf = async (size: number) => {
      const { top, bottom } = boundsOf(await write({ text: 'H', size }), isLit);
      return bottom - top + 1;
    };

    // DejaVu's capitals are 0.729 em high.
    expect(Math.abs((await heightOf(100)) - 73)).toBeLessThanOrEqual(1);
    expect(Math.abs((await heightOf(400)) - 292)).toBeLessThanOrEqual(1);
  });

  it('mixes its colour with the picture in the proportion of the opacity', async () => {
    const image = await write({ image: black, text: '█', size: 100, colour: '#ff8000', opacity: 0.5 });
    const [red = 0, green = 0, blue = 0] = pixelAt(image, 200, 100);

    expect(Math.abs(red - 128)).toBeLessThanOrEqual(1);
    expect(Math.abs(green - 64)).toBeLessThanOrEqual(1);
    expect(blue).toBe(0);
  });

  it('is alone on a transparent ground without a picture', async () => {
    const image = await write({ text: 'A', colour: '#00ff00' });

    expect(image.channels).toBe(4);
    expect(pixelAt(image, 0, 0)[3]).toBe(0);
    expect(
      boundsOf(image, ([, green = 0, , alpha = 0]) => green === 255 && alpha === 255).right,
    ).toBeGreaterThan(10);
  });

  it.each([
    ['markup', '<b>&amp;</b> <span size="200000">'],
    ['an unclosed tag', '<i>'],
    ['an ampersand', 'Tom & Jerry'],
    ['numeric references', '&#60;&lt;'],
  ])('draws %s letter by letter', async (_, written) => {
    const letters = await write({ text: written, font: 'mono', size: 20 });

    // A letter of DejaVu Sans Mono is 0.602 em wide.
    expect(Math.abs(letters.width - [...written].length * 20 * 0.602)).toBeLessThanOrEqual(12);
    expect(letters.height).toBeLessThan(30);
  });

  it.each(['Zoë', 'Ελλάδα', 'Мир', 'سلام', 'Հայ', '→ ♫ ½', 'e\u0301'])(
    'draws %s in the font that comes with it',
    async (word) => {
      const [drawn, missing] = await Promise.all([write({ text: word }), write({ text: '\u{10fffd}' })]);

      expect(lit(drawn)).toBeGreaterThan(50);
      expect(drawn.data).not.toEqual(missing.data);
    },
  );

  it('leaves out control characters and halves of surrogate pairs', async () => {
    const [clean, dirty] = await Promise.all([
      write({ text: 'ab\ncd' }),
      write({ text: '\u0000a\u0007b\ud800\r\nc\u009bd\udc00' }),
    ]);

    expect(dirty).toEqual(clean);
  });

  it.each(['   ', '\n\n', '\u0000', '\u200b'])('refuses %j, which has nothing to draw', async (nothing) => {
    await expect(write({ text: nothing })).rejects.toMatchObject({
      code: 'invalid-input',
      message:
        'The text has no letters that can be drawn, or is too large; write some, fewer or smaller ones.',
    });
  });

  it('breaks lines where the picture ends, between words', async () => {
    const image = await write({
      image: black,
      text: 'one two three four',
      size: 50,
      position: 'left',
      margin: 0.1,
    });
    const { left, top, right, bottom } = boundsOf(image, isLit);

    expect([left, right].every((x) => x >= 19 && x <= 380)).toBe(true);
    expect(bottom - top).toBeGreaterThan(60);
  });

  it('breaks a word that is wider than the picture', async () => {
    const image = await write({ image: black, text: 'W'.repeat(20), size: 50 });

    expect(boundsOf(image, isLit).right).toBeLessThan(400);
    expect(boundsOf(image, isLit).bottom - boundsOf(image, isLit).top).toBeGreaterThan(60);
  });

  it('writes on a picture of one pixel', async () => {
    expect((await write({ image: plain(1, 1, [0, 0, 0]), text: 'A' })).width).toBe(1);
  });

  it('surrounds the letters with an outline of the width asked for', async () => {
    const bare = await write({ text: 'O', size: 120 });
    const outlined = await write({ text: 'O', size: 120, outline: 6, outline_colour: '#0000ff' });
    const middle = Array.from({ length: outlined.width }, (_, x) =>
      pixelAt(outlined, x, outlined.height >> 1),
    );
    const rim = middle
      .slice(0, 10)
      .filter(([red = 0, , blue = 0, alpha = 0]) => blue > 200 && red < 60 && alpha > 200);

    expect([outlined.width, outlined.height]).toEqual([bare.width + 12, bare.height + 12]);
    expect(Math.abs(rim.length - 6)).toBeLessThanOrEqual(1);
  });

  it('stands on a box with padding', async () => {
    const bare = await write({ text: 'Box', size: 60 });
    const boxed = await write({ text: 'Box', size: 60, background: '#102030', padding: 15 });

    expect([boxed.width, boxed.height]).toEqual([bare.width + 30, bare.height + 30]);
    expect(pixelAt(boxed, 0, 0).slice(0, 3)).toEqual([0x10, 0x20, 0x30]);
    expect(boundsOf(boxed, ([red = 0]) => red > 150).left).toBeGreaterThanOrEqual(15);
  });

  it('gives the same picture each time', async () => {
    const [first, second] = await Promise.all([
      write({ text: 'Same', outline: 3 }),
      write({ text: 'Same', outline: 3 }),
    ]);

    expect(first).toEqual(second);
  });

  it.each([
    ['high', 'W\n'.repeat(400), 1000],
    ['wide and high in parts', `${'W'.repeat(150)}${'\n'.repeat(180)}W`, 178],
    ['long', 'W'.repeat(500), 500],
  ])('refuses text that would make too %s a drawing, without drawing it', async (_, long, size) => {
    await expect(write({ text: long, size })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('too large'),
    });
  });

  it('draws a page of text', async () => {
    const image = await write({
      image: plain(600, 800, [0, 0, 0]),
      text: 'Lorem ipsum '.repeat(80),
      size: 16,
    });

    expect(lit(image)).toBeGreaterThan(10_000);
  });

  it('draws the same letters on a machine without any font', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-fonts-'));
    const config = join(folder, 'fonts.conf');
    await writeFile(config, '<?xml version="1.0"?><fontconfig></fontconfig>');
    const script = `
      import { createJiti } from 'jiti';
      const { draw } = await createJiti(process.cwd() + '/').import('./plugins/image/lettering.ts');
      const ink = await draw({ text: 'Zoë', font: 'serif', size: 100, align: 'left' });
      console.log(JSON.stringify([ink.width, ink.height, ink.data.filter((value) => value > 127).length]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, FONTCONFIG_FILE: config },
    });
    const [width = 0, height = 0, dense = 0] = JSON.parse(stdout) as number[];
    const here = await write({ text: 'Zoë', font: 'serif', size: 100 });
    await rm(folder, { recursive: true });

    // Hinting is the system's own and may move an edge by a pixel.
    expect(Math.abs(width - here.width)).toBeLessThanOrEqual(2);
    expect(Math.abs(height - here.height)).toBeLessThanOrEqual(2);
    expect(dense).toBeGreaterThan(1000);
  }, 20_000);
});
