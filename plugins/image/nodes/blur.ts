import { defineNode, port } from '@atelier/sdk';
import { open, take, workingMiB } from '../pixels.js';

/** In pixels. Below it nothing would be seen, and libvips has no narrower Gaussian. */
const narrowest = 0.3;

/**
 * In pixels. From here on libvips' box filters come closer to a Gaussian than its sums of whole numbers (4 of 255 at an edge
 * instead of 10), and leave even areas as they are; its floating point takes minutes. Narrower boxes would be empty.
 */
const narrowestBoxes = 0.7;

export const blur = defineNode({
  type: 'image.blur',
  version: 1,
  title: 'Blur picture',
  inputs: {
    image: port.image(),
    radius: port.number({
      min: 0,
      max: 100,
      default: 8,
      description: 'Standard deviation of the Gaussian in pixels; below 0.3 the picture stays as it is',
    }),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB },
  examples: [{ title: 'Softened', inputs: { radius: 2 } }],
  async run({ image, radius }) {
    if (radius < narrowest) return { image };
    const boxes = { sigma: radius, precision: 'approximate', minAmplitude: 0.02 } as const;
    return { image: await take(open(image).blur(radius < narrowestBoxes ? radius : boxes)) };
  },
});
