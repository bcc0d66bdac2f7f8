import { runNode } from '@atelier/sdk/testing';
import { drawn } from '../../../test/pictures/draw.js';
import { flip } from './flip.js';

const grid = drawn(5, 3, (x, y) => [x, y, 9, 100 + x]);

describe('image.flip', () => {
  it('swaps left and right', async () => {
    const { image } = await runNode(flip, { image: grid });

    expect(image).toEqual(drawn(5, 3, (x, y) => [4 - x, y, 9, 104 - x]));
  });

  it('swaps top and bottom', async () => {
    const { image } = await runNode(flip, { image: grid, direction: 'vertical' });

    expect(image).toEqual(drawn(5, 3, (x, y) => [x, 2 - y, 9, 100 + x]));
  });
});
