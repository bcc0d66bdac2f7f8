import { runNode } from '@atelier/sdk/testing';
import { drawn, pixelAt, plain } from '../../../test/pictures/draw.js';
import { sharpen } from './sharpen.js';

const soft = drawn(60, 8, (x) => Array(3).fill(Math.min(200, Math.max(55, 55 + (x - 28) * 36))) as number[]);

async function steepest(amount: number): Promise<number> {
  const { image } = await runNode(sharpen, { image: soft, amount });
  const steps = Array.from({ length: 58 }, (_, x) => pixelAt(image, x + 1, 4)[0]! - pixelAt(image, x, 4)[0]!);
  return Math.max(...steps);
}

describe('image.sharpen', () => {
  it('makes edges steeper, the more the higher the amount', async () => {
    const [none = 0, some = 0, more = 0] = [await steepest(0), await steepest(1), await steepest(4)];

    expect(none).toBe(36);
    expect(some).toBeGreaterThan(none);
    expect(more).toBeGreaterThan(some);
  });

  it('leaves flat areas and alpha alone', async () => {
    const { image } = await runNode(sharpen, { image: plain(20, 20, [120, 60, 200, 77]), amount: 5 });
    const [red = 0, green = 0, blue = 0, alpha] = pixelAt(image, 10, 10);

    expect(alpha).toBe(77);
    // Through Lab, whose steps are not those of sRGB; alpha is multiplied in and out on the way.
    expect(Math.max(Math.abs(red - 120), Math.abs(green - 60), Math.abs(blue - 200))).toBeLessThanOrEqual(3);
  });

  it('returns the picture itself for amount 0', async () => {
    expect((await runNode(sharpen, { image: soft, amount: 0 })).image).toBe(soft);
  });
});
