import { Failure, type FileRef, type RunContext } from '@atelier/sdk';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { type FormatName, formatNames, formats } from './formats.js';

/** Pixels of a picture file that is decoded, all frames together where they are wanted. */
export const maxPixels = 128_000_000;

/** Media types that are read; an animated PNG, of which the first frame is, has one of its own. */
export const readable = [
  ...formatNames.map((name) => formats[name].mediaType),
  'image/apng',
  'image/svg+xml',
];

/** A file that has been looked at but not decoded. */
export interface PictureFile {
  name: string;
  bytes: Uint8Array;
  header: Metadata;
  /** undefined: SVG, which is read but not written */
  format: FormatName | undefined;
}

/**
 * Fetches a picture file and reads its header. It goes through memory: given a path, the SVG reader would follow
 * references to files beside it.
 * Throws `unsupported-media` when it is no picture of a type in {@link readable}, `too-large` above {@link maxPixels}.
 */
export async function inspect({ assets, signal }: RunContext, file: FileRef): Promise<PictureFile> {
  const bytes = await assets.read(file);
  const { name } = file;
  const header = await headerOf(bytes).catch((cause: unknown) => {
    throw new Failure('unsupported-media', `${name} is not a picture that can be read.`, {}, { cause });
  });
  const { mediaType, width, height } = header;
  if (!mediaType || !readable.includes(mediaType)) {
    const message = `${name} is a picture of a type that is not read; send PNG, JPEG, WebP, AVIF, GIF, TIFF or SVG.`;
    throw new Failure('unsupported-media', message, { readable });
  }
  refuseHuge(name, width, height);
  signal.throwIfAborted();
  return {
    name,
    bytes,
    header,
    format: formatNames.find((format) => formats[format].mediaType === mediaType),
  };
}

async function headerOf(bytes: Uint8Array): Promise<Metadata> {
  return sharp(bytes, { limitInputPixels: false }).metadata();
}

/**
 * Begins a pipeline with a file's pixels, upright and in sRGB.
 * @param animated all frames instead of the first; throws `too-large` when together they are
 */
export function read({ name, bytes, header }: PictureFile, animated = false): Sharp {
  if (animated) refuseHuge(name, header.width, header.height * (header.pages ?? 1));
  const pipeline = sharp(bytes, { animated, autoOrient: true, failOn: 'error', limitInputPixels: maxPixels });
  // sharp works on 16-bit pixels with a profile in Display P3 and leaves them there unless a profile is asked for.
  const wide = header.hasProfile && header.depth === 'ushort';
  return (wide ? pipeline.withIccProfile('srgb', { attach: false }) : pipeline).toColourspace('srgb');
}

/** Waits for work that decodes a file. By then all but the file's own bytes has been checked, so they are to blame. */
export async function decoded<Result>({ name }: PictureFile, work: Promise<Result>): Promise<Result> {
  return work.catch((cause: unknown) => {
    const message = `${name} is damaged and cannot be decoded to its end. Save it again or send another file.`;
    throw new Failure('unsupported-media', message, {}, { cause });
  });
}

function refuseHuge(name: string, width: number, height: number): void {
  if (width * height <= maxPixels) return;
  const millions = Math.ceil((width * height) / 1e6);
  throw new Failure(
    'too-large',
    `${name} has ${millions} million pixels and at most ${maxPixels / 1e6} million are read. Make it smaller first.`,
    { width, height, maxPixels },
  );
}
