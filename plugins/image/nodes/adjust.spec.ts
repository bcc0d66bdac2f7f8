import { runNode } from '@atelier/sdk/testing';
import { pixelAt, plain } from '../../../test/pictures/draw.js';
import { adjust } from './adjust.js';

type Inputs = NonNullable<Parameters<typeof runNode<typeof adjust.inputs, typeof adjust.outputs>>[1]>;

async function adjusted(colour: number[], inputs: Inputs): Promise<number[]> {
  const { image } = await runNode(adjust, { image: plain(2, 2, colour), ...inputs });
  return pixelAt(image, 1, 1);
}

describe('image.adjust', () => {
  it('returns the picture itself with its defaults', async () => {
    const picture = plain(2, 2, [1, 2, 3]);

    expect((await runNode(adjust, { image: picture })).image).toBe(picture);
  });

  it('multiplies with brightness and stops at white', async () => {
    expect(await adjusted([10, 100, 200], { brightness: 1.5 })).toEqual([15, 150, 255]);
    expect(await adjusted([10, 100, 200], { brightness: 0 })).toEqual([0, 0, 0]);
  });

  it('stretches the distance from middle grey with contrast', async () => {
    expect(await adjusted([27, 128, 227], { contrast: 0.5 })).toEqual([77, 128, 177]);
    expect(await adjusted([27, 128, 227], { contrast: 2 })).toEqual([0, 128, 255]);
    expect(await adjusted([27, 128, 227], { contrast: 0 })).toEqual([128, 128, 128]);
  });

  it('lightens the middle with a gamma above 1 and keeps black and white', async () => {
    // 255 × (64 / 255) ^ (1 / 2)
    expect(await adjusted([0, 64, 255], { gamma: 2 })).toEqual([0, 128, 255]);
  });

  it('takes all colour away with saturation 0 and none from grey', async () => {
    const [red, green, blue] = await adjusted([220, 40, 30], { saturation: 0 });
    const grey = await adjusted([90, 90, 90], { saturation: 3 });

    expect(new Set([red, green, blue]).size).toBe(1);
    for (const value of grey) expect(Math.abs(value - 90)).toBeLessThanOrEqual(1);
  });

  it('turns red towards green by 120 degrees', async () => {
    const [red = 0, green = 0, blue = 0] = await adjusted([220, 40, 30], { hue: 120 });

    expect(green).toBeGreaterThan(Math.max(red, blue));
  });

  it('leaves alpha alone', async () => {
    const all = { brightness: 2, contrast: 2, gamma: 2, saturation: 2, hue: 90 };

    expect((await adjusted([50, 60, 70, 91], all))[3]).toBe(91);
  });

  it('does not change the picture that it was given', async () => {
    const picture = plain(2, 2, [10, 20, 30]);
    await runNode(adjust, { image: picture, brightness: 2, saturation: 2 });

    expect(picture).toEqual(plain(2, 2, [10, 20, 30]));
  });
});
