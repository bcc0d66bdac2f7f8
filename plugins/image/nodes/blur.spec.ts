import { runNode } from '@atelier/sdk/testing';
import { drawn, pixelAt, plain } from '../../../test/pictures/draw.js';
import { blur } from './blur.js';

describe('image.blur', () => {
  it('spreads an edge as the integral of a Gaussian', async () => {
    const edge = drawn(80, 9, (x) => (x < 40 ? [0, 0, 0] : [255, 255, 255]));
    const { image } = await runNode(blur, { image: edge, radius: 4 });

    // The normal distribution at −2, −1, 0, 1 and 2 standard deviations.
    const expected = [0.0228, 0.1587, 0.5, 0.8413, 0.9772];
    for (const [step, share] of expected.entries()) {
      const beside = [-1, 0].map((side) => pixelAt(image, 40 + (step - 2) * 4 + side, 4)[0] ?? 0);
      expect(Math.abs((beside[0]! + beside[1]!) / 2 - share * 255)).toBeLessThanOrEqual(4);
    }
  });

  it.each([0.3, 0.5, 0.69, 0.7, 0.85, 1, 1.7, 4, 33, 100])(
    'keeps one colour what it is, and the size, for a radius of %d',
    async (radius) => {
      const picture = plain(30, 20, [200, 60, 20]);

      expect((await runNode(blur, { image: picture, radius })).image).toEqual(picture);
    },
  );

  it('takes no colour from transparent pixels', async () => {
    const edge = drawn(40, 5, (x) => (x < 20 ? [255, 0, 0, 255] : [0, 255, 0, 0]));
    const { image } = await runNode(blur, { image: edge, radius: 3 });
    const [red = 0, green = 0, , alpha = 0] = pixelAt(image, 21, 2);

    expect([red, green]).toEqual([255, 0]);
    expect(alpha).toBeGreaterThan(40);
    expect(alpha).toBeLessThan(128);
  });

  it('returns the picture itself for a radius that would not show', async () => {
    const picture = plain(3, 3, [1, 2, 3]);

    expect((await runNode(blur, { image: picture, radius: 0.2 })).image).toBe(picture);
  });
});
