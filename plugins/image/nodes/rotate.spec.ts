import { runNode } from '@atelier/sdk/testing';
import { drawn, pixelAt, plain } from '../../../test/pictures/draw.js';
import { rotate } from './rotate.js';

const arrow = drawn(3, 2, (x, y) => [x, y, 0]);

describe('image.rotate', () => {
  it.each([
    [90, 2, 3, (x: number, y: number) => [y, 1 - x, 0]],
    [180, 3, 2, (x: number, y: number) => [2 - x, 1 - y, 0]],
    [-90, 2, 3, (x: number, y: number) => [2 - y, x, 0]],
    [270, 2, 3, (x: number, y: number) => [2 - y, x, 0]],
  ])('moves every pixel to its place for %i degrees', async (angle, width, height, colour) => {
    const { image } = await runNode(rotate, { image: arrow, angle });

    expect(image).toEqual(drawn(width, height, colour));
  });

  it.each([0, 360, -360])('returns the picture itself for %i degrees', async (angle) => {
    expect((await runNode(rotate, { image: arrow, angle })).image).toBe(arrow);
  });

  it('grows so that the corners of a slanted picture fit, on a transparent ground', async () => {
    const { image } = await runNode(rotate, { image: plain(100, 100, [250, 10, 10]), angle: 45 });

    expect(image.channels).toBe(4);
    expect(Math.abs(image.width - Math.SQRT2 * 100)).toBeLessThanOrEqual(2);
    expect(pixelAt(image, 1, 1)).toEqual([0, 0, 0, 0]);
    expect(pixelAt(image, image.width >> 1, image.height >> 1)).toEqual([250, 10, 10, 255]);
  });

  it('gives slanted edges no dark fringe', async () => {
    const { image } = await runNode(rotate, { image: plain(60, 60, [250, 10, 10, 255]), angle: 20 });
    const edge = Array.from({ length: image.width }, (_, x) => pixelAt(image, x, 30)).filter(
      ([, , , alpha = 0]) => alpha > 16 && alpha < 240,
    );

    expect(edge.length).toBeGreaterThan(0);
    for (const [red] of edge) expect(red).toBeGreaterThan(240);
  });

  it('keeps three channels on an opaque background', async () => {
    const { image } = await runNode(rotate, {
      image: plain(40, 20, [250, 10, 10]),
      angle: 30,
      background: '#0a0b0c',
    });

    expect(image.channels).toBe(3);
    expect(pixelAt(image, 0, 0)).toEqual([10, 11, 12]);
  });
});
