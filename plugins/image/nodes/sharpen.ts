import { defineNode, port } from '@atelier/sdk';
import { open, take, workingMiB } from '../pixels.js';

export const sharpen = defineNode({
  type: 'image.sharpen',
  version: 1,
  title: 'Sharpen picture',
  description: 'Unsharp masking of the lightness, so that edges get no coloured fringes.',
  inputs: {
    image: port.image(),
    radius: port.number({
      min: 0.5,
      max: 10,
      default: 1,
      description: 'Standard deviation of the Gaussian in pixels: how wide the edges are that are sharpened',
    }),
    amount: port.number({ min: 0, max: 10, default: 1, description: '0 leaves the picture as it is' }),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB },
  examples: [{ title: 'After reducing', inputs: { radius: 0.8 } }],
  async run({ image, radius, amount }) {
    if (amount === 0) return { image };
    // m1 acts on flat areas, where noise lives, m2 on edges: 1 to 2 is the proportion of sharp's own defaults.
    return { image: await take(open(image).sharpen({ sigma: radius, m1: amount, m2: 2 * amount })) };
  },
});
