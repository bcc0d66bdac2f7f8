import { runNode } from '@atelier/sdk/testing';
import { drawn, pixelAt } from '../../../test/pictures/draw.js';
import { crop } from './crop.js';

const grid = drawn(10, 6, (x, y) => [x, y, 0, 200]);

describe('image.crop', () => {
  it('cuts out exactly the pixels of the rectangle', async () => {
    const { image } = await runNode(crop, { image: grid, left: 3, top: 2, width: 4, height: 3 });

    expect(image).toEqual(drawn(4, 3, (x, y) => [x + 3, y + 2, 0, 200]));
  });

  it('reaches the last column and row', async () => {
    const { image } = await runNode(crop, { image: grid, left: 9, top: 5, width: 1, height: 1 });

    expect(pixelAt(image, 0, 0)).toEqual([9, 5, 0, 200]);
  });

  it.each([
    [{ left: 10, width: 1, height: 1 }, 'left', 0, 9],
    [{ top: 6, width: 1, height: 1 }, 'top', 0, 5],
    [{ left: 3, width: 8, height: 1 }, 'width', 1, 7],
    [{ top: 5, width: 10, height: 2 }, 'height', 1, 1],
  ])('refuses %j and says that %s may be %i to %i', async (inputs, input, min, max) => {
    await expect(runNode(crop, { image: grid, ...inputs })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(`${input} may be ${min} to ${max}.`),
      details: { input, min, max },
    });
  });
});
