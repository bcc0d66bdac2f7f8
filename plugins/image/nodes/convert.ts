import { defineNode, port } from '@atelier/sdk';
import { encode, fileName, formatNames, formats, qualityPort } from '../formats.js';
import { decoded, inspect, read, readable } from '../picture-file.js';
import { isOpaque, workingMiBOfSize } from '../pixels.js';
import { resizing, sizePorts } from '../resizing.js';

export const convert = defineNode({
  type: 'image.convert',
  version: 1,
  title: 'Convert picture file',
  description:
    'Writes a picture file in another format, size or quality, without holding its pixels in between. ' +
    'Animations stay animations in GIF and WebP. A file that has the format and size already is returned as it is.',
  inputs: {
    file: port.file({ accept: readable }),
    format: port.optional(
      port.enum(formatNames, { description: 'Left out, the format of the file; SVG becomes PNG' }),
    ),
    ...sizePorts,
    quality: qualityPort,
  },
  outputs: { file: port.file() },
  needs: { device: 'cpu', workingMiB: workingMiBOfSize },
  examples: [
    { title: 'A smaller file', inputs: { width: 32, height: 32 } },
    { title: 'To WebP', inputs: { format: 'webp', quality: 70 } },
  ],
  async run({ file, format: wanted, quality, ...request }, ctx) {
    const picture = await inspect(ctx, file);
    const { autoOrient: source, orientation = 1 } = picture.header;
    const format = wanted ?? picture.format ?? 'png';
    const { alpha, animation } = formats[format];
    const background = alpha || isOpaque(request.background) ? request.background : '#ffffff';
    const resized = resizing(source, { ...request, background });
    if (format === picture.format && !resized && orientation === 1 && quality === undefined) return { file };

    const pixels = read(picture, animation);
    if (resized) pixels.resize(resized.options);
    const encoded = encode(pixels, format, resized?.size ?? source, { quality, background });
    const bytes = await decoded(picture, encoded.toBuffer());
    ctx.signal.throwIfAborted();
    return { file: await ctx.assets.write(bytes, fileName(file.name, format)) };
  },
});
