import { defineNode, port } from '@atelier/sdk';
import { encode, fileName, formatNames, qualityPort } from '../formats.js';
import { open, workingMiB } from '../pixels.js';

export const save = defineNode({
  type: 'image.save',
  version: 1,
  title: 'Save picture',
  description: 'Writes a picture to a file.',
  inputs: {
    image: port.image(),
    format: port.enum(formatNames, { default: 'png' }),
    quality: qualityPort,
    name: port.string({
      minLength: 1,
      maxLength: 255,
      default: 'image',
      description: 'The name of the file; it gets the extension of its format',
    }),
    background: port.colour({
      default: '#ffffff',
      description: 'Shows through where the picture is transparent and the format (JPEG) cannot be',
    }),
    metadata: port.optional(
      port.json({
        description: 'Text or JSON, kept as the XMP description of the file; GIF has no place for it',
      }),
    ),
  },
  outputs: { file: port.file() },
  needs: { device: 'cpu', workingMiB },
  examples: [
    { title: 'PNG', inputs: {} },
    { title: 'JPEG with a description', inputs: { format: 'jpeg', quality: 80, metadata: { seed: 7 } } },
    { title: 'WebP', inputs: { format: 'webp' } },
    { title: 'AVIF', inputs: { format: 'avif', name: 'portrait' } },
  ],
  async run({ image, format, name, ...encoding }, ctx) {
    const bytes = await encode(open(image), format, image, encoding).toBuffer();
    ctx.signal.throwIfAborted();
    return { file: await ctx.assets.write(bytes, fileName(name, format)) };
  },
});
