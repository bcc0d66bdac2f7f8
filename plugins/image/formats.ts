import { Failure, type Json, port } from '@atelier/sdk';
import type { Sharp } from 'sharp';
import type { Size } from './pixels.js';

interface Format {
  mediaType: string;
  extension: string;
  /** pixels a side that the format, or its encoder, can hold */
  maxSide: number;
  alpha: boolean;
  animation: boolean;
  /** what `quality` is when it is left out; the formats without one keep every pixel or choose a palette */
  quality?: number;
  encode(pipeline: Sharp, quality: number, pixels: number): Sharp;
}

/** The formats that pictures are written in. */
export const formats = {
  png: {
    mediaType: 'image/png',
    extension: 'png',
    maxSide: 2 ** 31 - 1,
    alpha: true,
    animation: false,
    encode: (pipeline) => pipeline.png(),
  },
  jpeg: {
    mediaType: 'image/jpeg',
    extension: 'jpg',
    maxSide: 65_535,
    alpha: false,
    animation: false,
    quality: 90,
    encode: (pipeline, quality, pixels) =>
      pipeline.jpeg({
        quality,
        // Halved colour resolution shows at red edges, and who asks for 90 or more asks for quality before size.
        chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0',
        // A tenth of the size costs 12 bytes of memory a pixel, as the encoder then goes over the picture twice.
        optimiseCoding: pixels <= 16e6,
      }),
  },
  webp: {
    mediaType: 'image/webp',
    extension: 'webp',
    maxSide: 16_383,
    alpha: true,
    animation: true,
    quality: 85,
    encode: (pipeline, quality) => pipeline.webp({ quality }),
  },
  avif: {
    mediaType: 'image/avif',
    extension: 'avif',
    maxSide: 16_384,
    alpha: true,
    animation: false,
    quality: 60,
    // One step below sharp's effort: a seventh of the time for a twentieth of the size.
    encode: (pipeline, quality) => pipeline.avif({ quality, effort: 3 }),
  },
  gif: {
    mediaType: 'image/gif',
    extension: 'gif',
    maxSide: 65_535,
    alpha: true,
    animation: true,
    encode: (pipeline) => pipeline.gif(),
  },
  tiff: {
    mediaType: 'image/tiff',
    extension: 'tif',
    maxSide: 2 ** 31 - 1,
    alpha: true,
    animation: false,
    encode: (pipeline) => pipeline.tiff({ compression: 'lzw' }),
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
export const formatNames = Object.keys(formats) as FormatName[];

/** How well a lossy format keeps a picture. */
export const qualityPort = port.optional(
  port.integer({
    min: 1,
    max: 100,
    description: 'Left out: 90 for JPEG, 85 for WebP, 60 for AVIF; the other formats have none',
  }),
);

export interface Encoding {
  /** 1 to 100 */
  quality?: number;
  /** shows through where the picture is transparent and the format cannot be */
  background: string;
  /** Kept as the description in the file's XMP packet; JSON other than a string as JSON text. */
  metadata?: Json;
}

/**
 * Completes a pipeline, whose picture will have this size, to one that writes a file.
 * Throws `invalid-input` when the format cannot hold that size.
 */
export function encode(
  pipeline: Sharp,
  name: FormatName,
  { width, height }: Size,
  { quality, background, metadata }: Encoding,
): Sharp {
  const format: Format = formats[name];
  if (Math.max(width, height) > format.maxSide) {
    throw new Failure(
      'invalid-input',
      `A picture in ${name} can have ${format.maxSide} pixels a side, and this one has ${width} × ${height}. Choose another format or a smaller size.`,
      { maxSide: format.maxSide, width, height },
    );
  }
  if (!format.alpha) pipeline.flatten({ background });
  if (metadata !== undefined) pipeline.withXmp(descriptionPacket(metadata));
  return format.encode(pipeline, quality ?? format.quality ?? 100, width * height);
}

/** An XMP packet (ISO 16684-1) whose one property is the Dublin Core description. */
function descriptionPacket(metadata: Json): string {
  const text = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
  const escaped = text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>' +
    `<rdf:li xml:lang="x-default">${escaped}</rdf:li>` +
    '</rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>'
  );
}

/** The name of a picture file: without a folder, with the format's extension in place of another picture's. */
export function fileName(name: string, format: FormatName): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const stem = last.replace(/\.(png|jpe?g|webp|avif|gif|tiff?|svg)$/i, '').replace(/\p{Cc}/gu, '');
  // 255 characters are the most a stored file's name may have.
  return `${stem.slice(0, 250) || 'image'}.${formats[format].extension}`;
}
