import { Failure, type Image } from '@atelier/sdk';
import sharp from 'sharp';
import type { Area } from './tiles.js';

/** Pixels that a side of a picture made here may have. */
const maxSide = 16_384;

/** The size of a picture whose sides become `scale` times longer. @throws Failure `invalid-input` beyond 16,384 pixels a side */
export function enlarged(image: Image, scale: number): { width: number; height: number } {
  const width = Math.round(image.width * scale);
  const height = Math.round(image.height * scale);
  if (Math.max(width, height) <= maxSide) return { width, height };
  throw new Failure(
    'invalid-input',
    `The picture would become ${width} × ${height} pixels, and a side can have ${maxSide}; ask for a smaller scale.`,
    { width, height, maxSide },
  );
}

/**
 * An area of a picture as 1 × 3 × height × width floats from 0 to 1, without its alpha. What is asked for beyond the right or lower
 * edge mirrors what is there.
 */
export function planesOf(
  { data, width, channels }: Image,
  area: Area,
  size: { width: number; height: number },
): Float32Array {
  const plane = size.width * size.height;
  const planes = new Float32Array(3 * plane);
  for (let y = 0; y < size.height; y++) {
    const row = (area.top + mirrored(y, area.height)) * width + area.left;
    for (let x = 0; x < size.width; x++) {
      const from = (row + mirrored(x, area.width)) * channels;
      const to = y * size.width + x;
      planes[to] = data[from]! / 255;
      planes[plane + to] = data[from + 1]! / 255;
      planes[2 * plane + to] = data[from + 2]! / 255;
    }
  }
  return planes;
}

/** 0 1 2 3 2 1 0 1 …, for a length of 4. */
function mirrored(position: number, length: number): number {
  if (position < length) return position;
  const period = Math.max(2 * (length - 1), 1);
  const within = position % period;
  return within < length ? within : period - within;
}

/** Resizes with Lanczos (a = 3). A picture of that size already is returned as it is. */
export async function lanczos(image: Image, width: number, height: number): Promise<Image> {
  if (image.width === width && image.height === height) return image;
  const raw = { width: image.width, height: image.height, channels: image.channels };
  const { data } = await sharp(image.data, { raw, limitInputPixels: false })
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    width,
    height,
    channels: image.channels,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** The picture with an alpha of its own size from another one, resized to it. */
export async function withAlphaOf(image: Image, source: Image): Promise<Image> {
  if (source.channels === 3) return image;
  const { width, height } = image;
  const alpha = await sharp(source.data, {
    raw: { width: source.width, height: source.height, channels: 4 },
    limitInputPixels: false,
  })
    .extractChannel(3)
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer();
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set(image.data.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    data[pixel * 4 + 3] = alpha[pixel]!;
  }
  return { width, height, channels: 4, data };
}
