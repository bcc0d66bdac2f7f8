import { defineNode, port } from '@atelier/sdk';
import { open, take, workingMiB } from '../pixels.js';

export const flip = defineNode({
  type: 'image.flip',
  version: 1,
  title: 'Flip picture',
  inputs: {
    image: port.image(),
    direction: port.enum(['horizontal', 'vertical'], {
      default: 'horizontal',
      description: 'horizontal swaps left and right, vertical swaps top and bottom',
    }),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB },
  examples: [
    { title: 'Mirrored', inputs: {} },
    { title: 'Upside down', inputs: { direction: 'vertical' } },
  ],
  async run({ image, direction }) {
    const pixels = open(image);
    return { image: await take(direction === 'horizontal' ? pixels.flop() : pixels.flip()) };
  },
});
