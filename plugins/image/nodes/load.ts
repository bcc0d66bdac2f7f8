import { defineNode, port } from '@atelier/sdk';
import { formatNames } from '../formats.js';
import { decoded, inspect, maxPixels, read, readable } from '../picture-file.js';
import { maxSide, take } from '../pixels.js';

const bound = (larger: string) =>
  port.optional(
    port.integer({
      min: 1,
      max: maxSide,
      description: `A ${larger} picture is reduced to this in its proportions while it is decoded`,
    }),
  );

export const load = defineNode({
  type: 'image.load',
  version: 1,
  title: 'Load picture',
  description:
    `Reads a picture file of up to ${maxPixels / 1e6} million pixels: upright as its EXIF orientation says, in sRGB, 8 bits a channel, ` +
    'the first frame of an animation.',
  inputs: {
    file: port.file({ accept: readable }),
    max_width: bound('wider'),
    max_height: bound('taller'),
  },
  outputs: {
    image: port.image(),
    name: port.string({ description: 'The name of the file' }),
    format: port.enum(formatNames, { description: 'The format of the file; png where it is SVG' }),
  },
  needs: { device: 'cpu', workingMiB: 256 },
  examples: [
    { title: 'A picture as it is', inputs: {} },
    { title: 'A thumbnail', inputs: { max_width: 16, max_height: 16 } },
  ],
  async run({ file, max_width, max_height }, ctx) {
    const picture = await inspect(ctx, file);
    const pixels = read(picture);
    if (max_width || max_height) {
      pixels.resize({ width: max_width, height: max_height, fit: 'inside', withoutEnlargement: true });
    }
    return { image: await decoded(picture, take(pixels)), name: file.name, format: picture.format ?? 'png' };
  },
});
