import { defineNode, type Json, port } from '@atelier/sdk';
import type { Metadata } from 'sharp';
import { type FormatName, formatNames } from '../formats.js';
import { inspect, readable } from '../picture-file.js';

export const metadata = defineNode({
  type: 'image.metadata',
  version: 1,
  title: 'Describe picture file',
  description: 'Reads the header of a picture file. The sizes are those of the upright picture.',
  inputs: { file: port.file({ accept: readable }) },
  outputs: {
    width: port.integer(),
    height: port.integer(),
    format: port.enum([...formatNames, 'svg']),
    metadata: port.json(),
  },
  needs: { device: 'cpu', workingMiB: 64 },
  examples: [{ title: 'A picture', inputs: {} }],
  async run({ file }, ctx) {
    const { header, format: raster } = await inspect(ctx, file);
    const format: FormatName | 'svg' = raster ?? 'svg';
    const { width, height } = header.autoOrient;
    return {
      width,
      height,
      format,
      metadata: { width, height, format, bytes: file.bytes, ...describe(header) },
    };
  },
});

function describe(header: Metadata): Record<string, Json> {
  const { space, channels, depth, density, orientation = 1, pages = 1, loop, delay } = header;
  return {
    colourSpace: space,
    channels,
    depth,
    alpha: header.hasAlpha,
    palette: header.isPalette,
    progressive: header.isProgressive,
    orientation,
    frames: pages,
    ...(density !== undefined && { density }),
    ...(pages > 1 && { loop: loop ?? 0, delaysMs: delay ?? [] }),
    ...(header.chromaSubsampling !== undefined && { chromaSubsampling: header.chromaSubsampling }),
    holds: {
      exif: Boolean(header.exif),
      iccProfile: header.hasProfile,
      iptc: Boolean(header.iptc),
      xmp: Boolean(header.xmp),
    },
  };
}
