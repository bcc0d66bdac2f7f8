import { defineNode, port } from '@atelier/sdk';
import { open, take, workingMiB } from '../pixels.js';

export const rotate = defineNode({
  type: 'image.rotate',
  version: 1,
  title: 'Rotate picture',
  description: 'Turns a picture clockwise. It grows so that nothing is cut off.',
  inputs: {
    image: port.image(),
    angle: port.number({ min: -360, max: 360, default: 90, description: 'Degrees' }),
    background: port.colour({
      default: '#00000000',
      description: 'Fills the corners of angles other than 90, 180 and 270',
    }),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB },
  examples: [
    { title: 'A quarter turn', inputs: { angle: 90 } },
    { title: 'Askew on white', inputs: { angle: -7.5, background: '#ffffff' } },
  ],
  async run({ image, angle, background }) {
    if (angle % 360 === 0) return { image };
    return { image: await take(open(image).rotate(angle, { background })) };
  },
});
