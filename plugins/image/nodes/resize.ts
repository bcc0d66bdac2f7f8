import { defineNode, port } from '@atelier/sdk';
import { open, take, workingMiBOfSize } from '../pixels.js';
import { resizing, sizePorts } from '../resizing.js';

export const resize = defineNode({
  type: 'image.resize',
  version: 1,
  title: 'Resize picture',
  inputs: {
    image: port.image(),
    ...sizePorts,
    kernel: port.enum(['lanczos3', 'lanczos2', 'mitchell', 'cubic', 'linear', 'nearest'], {
      default: 'lanczos3',
      description: 'lanczos3 is the sharpest, mitchell rings least, nearest keeps hard pixels',
    }),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB: workingMiBOfSize },
  examples: [
    { title: 'Cover a square', inputs: { width: 32, height: 32 } },
    { title: 'A given height', inputs: { height: 16 } },
    { title: 'Letterbox', inputs: { width: 48, height: 16, fit: 'contain', background: '#203040' } },
  ],
  async run({ image, kernel, ...request }) {
    const resized = resizing(image, request);
    if (!resized) return { image };
    return { image: await take(open(image).resize({ ...resized.options, kernel })) };
  },
});
