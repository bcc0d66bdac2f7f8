import { defineNode, Failure, port } from '@atelier/sdk';
import { maxSide, open, take, workingMiB } from '../pixels.js';

const start = port.integer({ min: 0, max: maxSide, default: 0 });
const length = port.integer({ min: 1, max: maxSide });

export const crop = defineNode({
  type: 'image.crop',
  version: 1,
  title: 'Crop picture',
  description: 'Cuts a rectangle out of a picture, in pixels from its upper left corner.',
  inputs: { image: port.image(), left: start, top: start, width: length, height: length },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB },
  examples: [{ title: 'The upper left corner', inputs: { width: 8, height: 8 } }],
  async run({ image, left, top, width, height }) {
    refuseBeyond('left', 'width', left, width, image.width);
    refuseBeyond('top', 'height', top, height, image.height);
    return { image: await take(open(image).extract({ left, top, width, height })) };
  },
});

function refuseBeyond(start: string, side: string, from: number, length: number, available: number): void {
  if (from >= available) {
    throw new Failure(
      'invalid-input',
      `${start} is ${from}, but the ${side} of the picture is ${available}; ${start} may be 0 to ${available - 1}.`,
      { input: start, min: 0, max: available - 1 },
    );
  }
  if (from + length > available) {
    throw new Failure(
      'invalid-input',
      `${side} is ${length}, but from ${start} ${from} on the picture has ${available - from}; ${side} may be 1 to ${available - from}.`,
      { input: side, min: 1, max: available - from },
    );
  }
}
