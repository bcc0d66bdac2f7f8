import { runNode } from '@atelier/sdk/testing';
import { boundsOf, drawn, pixelAt, plain } from '../../../test/pictures/draw.js';
import { blendModes } from '../overlay.js';
import { composite } from './composite.js';

const grey = plain(20, 10, [100, 100, 100]);
const isRed = ([red = 0]: number[]) => red > 200;

/** The W3C's formulas on channels from 0 to 1, but for dodging with white and burning with black. */
const blended: Record<(typeof blendModes)[number], (below: number, above: number) => number> = {
  over: (_, above) => above,
  multiply: (below, above) => below * above,
  screen: (below, above) => below + above - below * above,
  overlay: (below, above) => blended['hard-light'](above, below),
  darken: Math.min,
  lighten: Math.max,
  'colour-dodge': (below, above) => (above === 1 ? 1 : Math.min(1, below / (1 - above))),
  'colour-burn': (below, above) => (above === 0 ? 0 : 1 - Math.min(1, (1 - below) / above)),
  'hard-light': (below, above) => (above <= 0.5 ? below * 2 * above : blended.screen(below, 2 * above - 1)),
  'soft-light': (below, above) => {
    if (above <= 0.5) return below - (1 - 2 * above) * below * (1 - below);
    const lifted = below <= 0.25 ? ((16 * below - 12) * below + 4) * below : Math.sqrt(below);
    return below + (2 * above - 1) * (lifted - below);
  },
  difference: (below, above) => Math.abs(below - above),
  exclusion: (below, above) => below + above - 2 * below * above,
  add: (below, above) => Math.min(1, below + above),
};

describe('image.composite', () => {
  it.each([0, 0.25, 0.5, 0.9, 1])(
    'mixes the colours in the proportion of the opacity %d',
    async (opacity) => {
      const { image } = await runNode(composite, {
        image: grey,
        overlay: plain(20, 10, [250, 0, 40]),
        opacity,
      });

      expect(image.channels).toBe(3);
      for (const [channel, above] of [250, 0, 40].entries()) {
        const expected = 100 + (above - 100) * opacity;
        expect(Math.abs((pixelAt(image, 7, 7)[channel] ?? NaN) - expected)).toBeLessThanOrEqual(1);
      }
    },
  );

  it('multiplies the opacity with that of the overlay', async () => {
    const { image } = await runNode(composite, {
      image: plain(4, 4, [0, 0, 0]),
      overlay: plain(4, 4, [200, 200, 200, 128]),
      opacity: 0.5,
    });

    expect(Math.abs((pixelAt(image, 0, 0)[0] ?? NaN) - 50)).toBeLessThanOrEqual(1);
  });

  it('adds the opacities on a transparent picture', async () => {
    const { image } = await runNode(composite, {
      image: plain(4, 4, [0, 0, 0, 0]),
      overlay: plain(4, 4, [200, 100, 50]),
      opacity: 0.4,
    });

    expect(pixelAt(image, 2, 2)).toEqual([200, 100, 50, 102]);
  });

  it.each(blendModes)('blends by the formula of %s', async (blend) => {
    const ramp = drawn(16, 16, (x, y) => [x * 17, y * 17, 128]);
    const turned = drawn(16, 16, (x, y) => [y * 17, 255 - x * 17, 77]);
    const { image } = await runNode(composite, { image: ramp, overlay: turned, blend });
    const worst = [...image.data].map((value, at) =>
      Math.abs(value - 255 * blended[blend]((ramp.data[at] ?? 0) / 255, (turned.data[at] ?? 0) / 255)),
    );

    expect(Math.max(...worst)).toBeLessThanOrEqual(2);
  });

  it('puts the overlay where it is told and cuts off what juts out', async () => {
    const overlay = plain(6, 4, [255, 0, 0]);
    const at = async (inputs: object) =>
      boundsOf((await runNode(composite, { image: grey, overlay, ...inputs })).image, isRed);

    expect(await at({})).toEqual({ left: 7, top: 3, right: 12, bottom: 6 });
    expect(await at({ position: 'bottom-right', margin: 0.1 })).toEqual({
      left: 13,
      top: 5,
      right: 18,
      bottom: 8,
    });
    expect(await at({ position: 'top-left', x: -4, y: -1 })).toEqual({
      left: 0,
      top: 0,
      right: 1,
      bottom: 2,
    });
    expect(await at({ position: 'right', x: 3 })).toEqual({ left: 17, top: 3, right: 19, bottom: 6 });
  });

  it('takes an overlay that is larger than the picture, and one that lies outside of it', async () => {
    const overlay = drawn(60, 40, (x) => (x === 25 ? [255, 0, 0] : [0, 0, 0]));
    const larger = await runNode(composite, { image: grey, overlay });
    const outside = await runNode(composite, { image: grey, overlay, x: 500 });

    expect(boundsOf(larger.image, isRed)).toEqual({ left: 5, top: 0, right: 5, bottom: 9 });
    expect(outside.image).toEqual(grey);
  });

  it('sizes the overlay by the picture: by its width, or by its height where that is reached first', async () => {
    const base = plain(200, 100, [0, 0, 0]);
    const sizeOf = async (width: number, height: number, scale: number) => {
      const { image } = await runNode(composite, {
        image: base,
        overlay: plain(width, height, [255, 0, 0]),
        scale,
      });
      const { left, top, right, bottom } = boundsOf(image, isRed);
      return [right - left + 1, bottom - top + 1];
    };

    expect(await sizeOf(30, 10, 0.3)).toEqual([60, 20]);
    expect(await sizeOf(600, 200, 0.3)).toEqual([60, 20]);
    expect(await sizeOf(10, 30, 0.3)).toEqual([10, 30]);
    expect(await sizeOf(5, 5, 1)).toEqual([100, 100]);
  });
});
