import { runNode } from '@atelier/sdk/testing';
import { drawn, pixelAt, plain } from '../../../test/pictures/draw.js';
import { resize } from './resize.js';

describe('image.resize', () => {
  it('halves a gradient to the means of its pixels', async () => {
    const ramp = drawn(64, 4, (x) => [x * 4, 0, 255 - x * 4]);
    const { image } = await runNode(resize, { image: ramp, width: 32, height: 2, kernel: 'linear' });

    for (let x = 2; x < 30; x++) {
      const [red = 0, green = 0, blue = 0] = pixelAt(image, x, 1);
      expect(Math.abs(red - (x * 8 + 2))).toBeLessThanOrEqual(1);
      expect(green).toBe(0);
      expect(Math.abs(blue - (253 - x * 8))).toBeLessThanOrEqual(1);
    }
  });

  it.each(['lanczos3', 'lanczos2', 'mitchell', 'cubic', 'linear', 'nearest'] as const)(
    'keeps one colour what it is with %s, smaller and larger',
    async (kernel) => {
      for (const [width, height] of [
        [7, 3],
        [61, 19],
      ] as const) {
        const { image } = await runNode(resize, {
          image: plain(50, 20, [200, 60, 20]),
          width,
          height,
          kernel,
        });

        expect(image).toEqual(plain(width, height, [200, 60, 20]));
      }
    },
  );

  it('repeats pixels with nearest', async () => {
    const checks = drawn(2, 1, (x) => [x * 255, 0, 0]);
    const { image } = await runNode(resize, { image: checks, width: 6, kernel: 'nearest' });

    expect([0, 1, 2, 3, 4, 5].map((x) => pixelAt(image, x, 0)[0])).toEqual([0, 0, 0, 255, 255, 255]);
    expect(image.height).toBe(3);
  });

  it('lets transparent pixels give none of their colour to their neighbours', async () => {
    const edge = drawn(64, 8, (x) => (x < 32 ? [255, 0, 0, 255] : [0, 255, 0, 0]));
    const { image } = await runNode(resize, { image: edge, width: 20, height: 4, fit: 'fill' });

    expect(image.channels).toBe(4);
    for (let x = 0; x < 20; x++) {
      const [red = 0, green = 0, , alpha = 0] = pixelAt(image, x, 2);
      if (alpha > 16) expect([red > 252, green]).toEqual([true, 0]);
    }
  });

  it('cuts both sides alike with cover, and centres on the background with contain', async () => {
    const thirds = drawn(30, 10, (x) => (x < 10 ? [255, 0, 0] : x < 20 ? [0, 255, 0] : [0, 0, 255]));
    const cover = await runNode(resize, { image: thirds, width: 10, height: 10 });
    const contain = await runNode(resize, {
      image: thirds,
      width: 30,
      height: 30,
      fit: 'contain',
      background: '#0a141e',
    });

    expect(cover.image).toEqual(plain(10, 10, [0, 255, 0]));
    expect(contain.image.channels).toBe(3);
    expect([
      pixelAt(contain.image, 15, 9),
      pixelAt(contain.image, 15, 10),
      pixelAt(contain.image, 15, 20),
    ]).toEqual([
      [10, 20, 30],
      [0, 255, 0],
      [10, 20, 30],
    ]);
  });

  it('makes room for transparency where the background is', async () => {
    const { image } = await runNode(resize, {
      image: plain(10, 4, [9, 8, 7]),
      width: 10,
      height: 10,
      fit: 'contain',
    });

    expect(image.channels).toBe(4);
    expect([pixelAt(image, 5, 0), pixelAt(image, 5, 5)]).toEqual([
      [0, 0, 0, 0],
      [9, 8, 7, 255],
    ]);
  });

  it.each([
    [1, 1, 50, 30],
    [500, 300, 1, 1],
    [1, 977, 31, 7],
    [977, 1, 7, 31],
  ])('takes %i × %i pixels to %i × %i', async (width, height, toWidth, toHeight) => {
    const { image } = await runNode(resize, {
      image: plain(width, height, [5, 6, 7]),
      width: toWidth,
      height: toHeight,
    });

    expect(image).toEqual(plain(toWidth, toHeight, [5, 6, 7]));
  });

  it('returns the picture itself when nothing is asked for', async () => {
    const picture = plain(3, 3, [1, 2, 3]);

    expect((await runNode(resize, { image: picture })).image).toBe(picture);
  });
});
