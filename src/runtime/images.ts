import sharp, { type Metadata, type Sharp } from 'sharp';
import { Failure, type Image, type Mask } from '@atelier/sdk';

// Several workers share the machine: one thread each for libvips, and no pictures kept between calls.
sharp.concurrency(1);
sharp.cache(false);

const formats = new Set(['png', 'jpeg', 'webp', 'gif', 'heif', 'tiff', 'svg']);
const previewSide = 256;
const previewBytes = 16_000;

/**
 * A picture file as pixels: upright as its EXIF data says, converted to 8-bit sRGB, the first frame of an animation.
 * The bytes are given, never a path, so that an SVG finds no folder to load further files from; libvips gives librsvg
 * no network either.
 * @param pixelLimit most pixels that are decoded; the header is asked before anything is
 * @throws Failure `unsupported-media` (no picture, or a damaged one), `too-large`
 */
export async function decodeImage(bytes: Uint8Array, pixelLimit: number): Promise<Image> {
  await checkHeader(bytes, pixelLimit);
  const picture = openImage(bytes).autoOrient().toColourspace('srgb');
  const { data, info } = await raw(picture);
  if (info.channels === 3 || info.channels === 4) {
    return { width: info.width, height: info.height, channels: info.channels, data };
  }
  throw unreadable();
}

/** Losslessly, with a compression that is worth its time. */
export async function encodePng(picture: Image | Mask): Promise<Uint8Array> {
  return fromPixels(picture)
    .toColourspace('channels' in picture ? 'srgb' : 'b-w')
    .png({ compressionLevel: 4 })
    .toBuffer();
}

/** A WebP of at most 16 kB whose longer side is at most 256 pixels. */
export async function encodePreview(image: Image): Promise<Uint8Array> {
  for (const [side, quality] of [
    [previewSide, 75],
    [previewSide, 40],
    [previewSide / 2, 40],
  ] as const) {
    const preview = await fromPixels(image)
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality, effort: 2 })
      .toBuffer();
    if (preview.length <= previewBytes) return preview;
  }
  throw new Error('a preview of 128 pixels is above 16 kB');
}

/**
 * The mask that a picture stands for: its brightness (Rec. 709 luma) where it is opaque, 0 where it is transparent.
 */
export function maskFromImage(image: Image): Mask {
  const { width, height, channels, data: pixels } = image;
  const data = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < data.length; pixel++, at += channels) {
    const luma =
      0.2126 * (pixels[at] as number) +
      0.7152 * (pixels[at + 1] as number) +
      0.0722 * (pixels[at + 2] as number);
    data[pixel] = Math.round(channels === 4 ? (luma * (pixels[at + 3] as number)) / 255 : luma);
  }
  return { width, height, data };
}

/** The pixels of a mask file as `encodePng` writes it, or of any picture. Throws as `decodeImage` does. */
export async function decodeMask(bytes: Uint8Array, pixelLimit: number): Promise<Mask> {
  const header = await checkHeader(bytes, pixelLimit);
  if (header.format !== 'png' || header.space !== 'b-w' || header.hasAlpha || header.depth !== 'uchar') {
    return maskFromImage(await decodeImage(bytes, pixelLimit));
  }
  const { data, info } = await raw(openImage(bytes).toColourspace('b-w'));
  return { width: info.width, height: info.height, data };
}

async function checkHeader(bytes: Uint8Array, pixelLimit: number): Promise<Metadata> {
  const header = await readHeader(bytes);
  if (!formats.has(header.format ?? '')) throw unreadable();
  const pixels = header.width * header.height;
  if (pixels <= pixelLimit) return header;
  throw new Failure(
    'too-large',
    `The picture has ${header.width} × ${header.height} pixels; at most ${pixelLimit / 1_000_000} megapixels are accepted.`,
    { width: header.width, height: header.height, pixelLimit },
  );
}

async function readHeader(bytes: Uint8Array): Promise<Metadata> {
  try {
    return await openImage(bytes).metadata();
  } catch {
    throw unreadable();
  }
}

/** `checkHeader` has its own limit with a sentence, so sharp's is off. */
function openImage(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: false, failOn: 'error', pages: 1 });
}

function fromPixels(picture: Image | Mask): Sharp {
  const { width, height, data } = picture;
  const channels = 'channels' in picture ? picture.channels : 1;
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

async function raw(picture: Sharp) {
  try {
    return await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  } catch {
    throw unreadable();
  }
}

function unreadable(): Failure {
  return new Failure(
    'unsupported-media',
    'The file is not a readable picture; PNG, JPEG, WebP, GIF, AVIF, TIFF and SVG are.',
  );
}
