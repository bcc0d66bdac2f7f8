import { defineNode, port } from '@atelier/sdk';
import { enlarged, lanczos as resize } from '../pixels.js';

export const lanczos = defineNode({
  type: 'upscale.lanczos',
  version: 1,
  title: 'Upscale with Lanczos',
  description: 'Without a model: quick, and adds no detail.',
  inputs: {
    image: port.image(),
    scale: port.number({
      min: 1,
      max: 16,
      default: 2,
      description: 'How many times longer the sides become',
    }),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB: 1024 },
  examples: [{ title: 'Half as long again', inputs: { scale: 1.5 } }],
  async run({ image, scale }) {
    const { width, height } = enlarged(image, scale);
    return { image: await resize(image, width, height) };
  },
});
