import { withoutAlpha, type Picture, type Pixels, type Size } from './picture.js';
import { bicubic, lanczos, resample, type Box } from './resample.js';

/**
 * How a picture of other proportions is fitted: `stretch` does not keep them; `crop` fills the size and cuts off what is over; `fill`
 * shows all of it and continues its edges. `VaeImageProcessor` of diffusers calls them default, crop and fill.
 */
export type Fit = 'stretch' | 'crop' | 'fill';

/** A picture at another size, by Lanczos as in Pillow. Alpha weighs the colours; `crop` and `fill` drop it. */
export function resizePicture(picture: Picture, size: Size, fit: Fit = 'stretch'): Picture {
  if (fit === 'stretch') return stretch(picture, size);
  return fit === 'crop' ? crop(withoutAlpha(picture), size) : fill(withoutAlpha(picture), size);
}

function stretch(picture: Picture, size: Size): Picture {
  const { width, height } = picture;
  if (size.width === width && size.height === height) return picture;
  if (picture.channels === 3) return resample(picture, size, lanczos) as Picture;
  const resized = resample(premultiplied(picture), size, lanczos);
  unmultiply(resized.data);
  return resized as Picture;
}

function crop(picture: Picture, { width, height }: Size): Picture {
  const { isWider, high, wide } = proportions(picture, { width, height });
  const inner = stretch(picture, isWider ? { width, height: high } : { width: wide, height });
  const canvas = blank({ width, height });
  paste(canvas, inner, halfApart(width, inner.width), halfApart(height, inner.height));
  return canvas;
}

function fill(picture: Picture, { width, height }: Size): Picture {
  const { isWider, isNarrower, high, wide } = proportions(picture, { width, height });
  const inner = stretch(picture, isNarrower ? { width, height: high } : { width: wide, height });
  const canvas = blank({ width, height });
  const left = halfApart(width, inner.width);
  const top = halfApart(height, inner.height);
  paste(canvas, inner, left, top);
  if (isNarrower && top > 0) {
    const edge = (y: number): Pixels => line(inner, { width, height: top }, [0, y, width, y]);
    paste(canvas, edge(0), 0, 0);
    paste(canvas, edge(inner.height), 0, top + inner.height);
  }
  if (isWider && left > 0) {
    const edge = (x: number): Pixels => line(inner, { width: left, height }, [x, 0, x, height]);
    paste(canvas, edge(0), 0, 0);
    paste(canvas, edge(inner.width), left + inner.width, 0);
  }
  return canvas;
}

/** Whether the size is wider than the picture, and the picture's sides when the other one is made to fit. */
function proportions(picture: Picture, { width, height }: Size) {
  const [ratio, own] = [width / height, picture.width / picture.height];
  return {
    isWider: ratio > own,
    isNarrower: ratio < own,
    high: Math.floor((picture.height * width) / picture.width),
    wide: Math.floor((picture.width * height) / picture.height),
  };
}

/** Edges are continued with Pillow's default filter, which is another one than the picture's. */
function line(picture: Pixels, size: Size, box: Box): Pixels {
  return resample(picture, size, bicubic, box);
}

function halfApart(outer: number, inner: number): number {
  return Math.floor(outer / 2) - Math.floor(inner / 2);
}

function blank({ width, height }: Size): Picture {
  return { width, height, channels: 3, data: new Uint8Array(width * height * 3) };
}

/** What lies outside the canvas is cut off. */
function paste(canvas: Picture, { width, height, data }: Pixels, left: number, top: number): void {
  const from = Math.max(0, -left);
  const to = Math.min(width, canvas.width - left);
  for (let y = Math.max(0, -top); y < Math.min(height, canvas.height - top); y++) {
    const row = data.subarray((y * width + from) * 3, (y * width + to) * 3);
    canvas.data.set(row, ((y + top) * canvas.width + left + from) * 3);
  }
}

/** `MULDIV255` of Pillow: a × b / 255, rounded. */
function premultiplied({ width, height, data }: Picture): Pixels {
  const result = data.slice();
  for (let i = 0; i < result.length; i++) {
    if (i % 4 === 3) continue;
    const product = data[i]! * data[i | 3]! + 128;
    result[i] = ((product >> 8) + product) >> 8;
  }
  return { width, height, channels: 4, data: result };
}

function unmultiply(data: Uint8Array): void {
  for (let i = 0; i < data.length; i++) {
    const alpha = data[i | 3]!;
    if (i % 4 === 3 || alpha === 0 || alpha === 255) continue;
    data[i] = Math.min(Math.floor((255 * data[i]!) / alpha), 255);
  }
}
