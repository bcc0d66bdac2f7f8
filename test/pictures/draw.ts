import type { Image } from '@atelier/sdk';

/** The channels of one pixel. */
export function pixelAt({ width, channels, data }: Image, x: number, y: number): number[] {
  const at = (y * width + x) * channels;
  return [...data.subarray(at, at + channels)];
}

/** A picture made of a function from pixels to their channels, all 3 or all 4. */
export function drawn(width: number, height: number, colour: (x: number, y: number) => number[]): Image {
  const channels = colour(0, 0).length === 4 ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * channels);
  }
  return { width, height, channels, data };
}

/** A picture of one colour. */
export function plain(width: number, height: number, colour: number[]): Image {
  return drawn(width, height, () => colour);
}

/** The smallest rectangle that holds all pixels for which `is` holds. */
export function boundsOf(image: Image, is: (pixel: number[]) => boolean) {
  const bounds = { left: image.width, top: image.height, right: -1, bottom: -1 };
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      if (!is(pixelAt(image, x, y))) continue;
      bounds.left = Math.min(bounds.left, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.right = Math.max(bounds.right, x);
      bounds.bottom = Math.max(bounds.bottom, y);
    }
  }
  return bounds;
}
