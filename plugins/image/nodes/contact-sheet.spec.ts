import { createTestContext, runNode } from '@atelier/sdk/testing';
import { boundsOf, pixelAt, plain } from '../../../test/pictures/draw.js';
import { contactSheet } from './contact-sheet.js';

type Inputs = NonNullable<
  Parameters<typeof runNode<typeof contactSheet.inputs, typeof contactSheet.outputs>>[1]
>;

const colours = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [200, 200, 0],
  [0, 200, 200],
];
const five = colours.map((colour) => plain(100, 50, colour));
const style = { cell_width: 40, cell_height: 30, gap: 10 };
const sheet = async (inputs: Inputs) =>
  (await runNode(contactSheet, { images: five, ...style, ...inputs })).image;
const same = (colour: number[]) => (pixel: number[]) =>
  colour.every((value, channel) => pixel[channel] === value);

describe('image.contact_sheet', () => {
  it('puts every picture, reduced, in the middle of its cell, row by row', async () => {
    const image = await sheet({ columns: 3 });

    expect([image.width, image.height, image.channels]).toEqual([10 + 3 * 50, 10 + 2 * 40, 3]);
    for (const [at, colour] of colours.entries()) {
      const left = 10 + (at % 3) * 50;
      const top = 10 + Math.floor(at / 3) * 40 + 5;
      expect(boundsOf(image, same(colour))).toEqual({ left, top, right: left + 39, bottom: top + 19 });
    }
    expect([pixelAt(image, 0, 0), pixelAt(image, 55, 30), pixelAt(image, 130, 70)]).toEqual(
      Array(3).fill([255, 255, 255]),
    );
  });

  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [4, 2, 2],
    [5, 3, 2],
    [17, 5, 4],
  ])('makes about as many columns as rows of %i pictures', async (count, columns, rows) => {
    const image = await sheet({ images: Array(count).fill(five[0]) });

    expect([image.width, image.height]).toEqual([10 + columns * 50, 10 + rows * 40]);
  });

  it('has no empty columns', async () => {
    expect((await sheet({ columns: 50 })).width).toBe(10 + 5 * 50);
  });

  it('keeps the size of pictures that are smaller than a cell', async () => {
    const image = await sheet({ images: [plain(6, 4, [1, 2, 3])] });

    expect(boundsOf(image, same([1, 2, 3]))).toEqual({ left: 27, top: 23, right: 32, bottom: 26 });
  });

  it('lets its background show through transparent pictures, and be transparent itself', async () => {
    const half = plain(40, 30, [255, 0, 0, 128]);
    const blue = await sheet({ images: [half], background: '#0000ff' });
    const clear = await sheet({ images: [half], background: '#00000000' });
    const [red = 0, , mixed = 0] = pixelAt(blue, 30, 25);

    expect([Math.abs(red - 128) <= 1, Math.abs(mixed - 127) <= 1]).toEqual([true, true]);
    expect([pixelAt(clear, 30, 25), pixelAt(clear, 1, 1)]).toEqual([
      [255, 0, 0, 128],
      [0, 0, 0, 0],
    ]);
  });

  it('writes each caption below its picture, within the width of the cell', async () => {
    const image = await sheet({
      images: [plain(40, 30, [255, 0, 0]), plain(40, 30, [0, 255, 0])],
      captions: ['ab', 'a name that is far too long for its cell'],
    });
    const ink = (from: number, to: number) => {
      const part = { ...image, data: image.data.slice() };
      return (
        boundsOf(part, ([red = 0, green = 0, blue = 0]) => red < 160 && green < 160 && blue < 160) &&
        [...Array(to - from).keys()]
          .map((x) => x + from)
          .filter((x) =>
            [...Array(image.height - 40).keys()].some((y) => (pixelAt(image, x, y + 40)[0] ?? 0) < 160),
          )
      );
    };

    expect(image.height).toBe(10 + 30 + 20 + 10);
    expect(ink(10, 50).length).toBeGreaterThan(5);
    expect(ink(60, 100).length).toBeGreaterThan(15);
    expect([...ink(0, 10), ...ink(50, 60), ...ink(100, 110)]).toEqual([]);
  });

  it('sets captions on one line whatever letters they have', async () => {
    const baseline = async (caption: string) => {
      const image = await sheet({
        images: [five[0]!],
        captions: [caption],
        cell_width: 220,
        cell_height: 50,
      });
      return boundsOf(
        { ...image, data: image.data.map((value, at) => (at < 60 * 3 * image.width ? 255 : value)) },
        ([red = 0]) => red < 120,
      ).bottom;
    };

    expect(await baseline('xxx')).toBe(await baseline('XÄl'));
  });

  it('writes light captions on a dark ground', async () => {
    const image = await sheet({ images: [five[2]!], captions: ['Hello'], background: '#101010' });

    expect(boundsOf(image, ([red = 0]) => red > 180).bottom).toBeGreaterThan(40);
  });

  it('leaves out captions that have nothing to be seen', async () => {
    const some = await sheet({ images: five.slice(0, 2), captions: [' ', '\u200b'], columns: 1 });

    expect(boundsOf(some, ([red = 0, green = 0]) => red < 100 && green < 100)).toMatchObject({ right: -1 });
  });

  it('refuses captions that do not go with the pictures', async () => {
    await expect(sheet({ captions: ['one', 'two'] })).rejects.toMatchObject({
      code: 'invalid-input',
      message: 'There are 2 captions for 5 pictures; give one for each, or none.',
    });
  });

  it('refuses a sheet that is too large before it makes one', async () => {
    await expect(
      sheet({ images: Array(100).fill(five[0]), columns: 10, cell_width: 2000, cell_height: 10 + 20 }),
    ).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('20110 ×') });
    await expect(
      sheet({ images: Array(49).fill(five[0]), cell_width: 2048, cell_height: 2048 }),
    ).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('128 million') });
  });

  it('tells how far it is, picture by picture', async () => {
    const ctx = createTestContext();
    await runNode(contactSheet, { images: five, ...style }, ctx);
    const fractions = ctx.progressed.map(({ fraction }) => fraction);
    await ctx.close();

    expect(fractions).toHaveLength(5);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('stops between pictures when the job is cancelled', async () => {
    const ctx = createTestContext({ signal: AbortSignal.abort() });
    await expect(runNode(contactSheet, { images: five }, ctx)).rejects.toMatchObject({ name: 'AbortError' });
    await ctx.close();
  });
});
