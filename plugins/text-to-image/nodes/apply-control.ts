import { pictureTensor } from '@atelier/diffusion';
import { defineNode, port } from '@atelier/sdk';
import { withControl } from '../control.js';

const share = { min: 0, max: 1 } as const;

export const applyControl = defineNode({
  type: 'text-to-image.apply-control',
  version: 1,
  title: 'Apply ControlNet',
  description:
    'Adds a picture to follow, such as edges or a depth map; the model of the ControlNet is given to the sampler.',
  inputs: {
    conditioning: port.conditioning(),
    image: port.image(),
    width: port.integer({
      min: 8,
      max: 8192,
      default: 512,
      description: 'Of the picture to be made, pixels',
    }),
    height: port.integer({
      min: 8,
      max: 8192,
      default: 512,
      description: 'Of the picture to be made, pixels',
    }),
    scale: port.number({ min: 0, max: 2, default: 1, description: 'How closely it is followed' }),
    start: port.number({
      ...share,
      default: 0,
      description: 'Share of the steps before which it has no say',
    }),
    end: port.number({ ...share, default: 1, description: 'Share of the steps after which it has no say' }),
  },
  outputs: { conditioning: port.conditioning() },
  needs: { device: 'cpu', workingMiB: 512 },
  examples: [{ title: 'Follow a picture', inputs: { width: 64, height: 64 } }],
  run({ conditioning, image, width, height, scale, start, end }) {
    const picture = pictureTensor(image, { size: { width, height }, multipleOf: 1, range: 'unit' });
    return { conditioning: withControl(conditioning, { picture, scale, start, end }) };
  },
});
