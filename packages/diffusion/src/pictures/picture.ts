/** A picture in memory: rows from the top, pixels interleaved, 8 bits a channel, straight alpha. */
export interface Picture {
  /** pixels, ≥ 1 */
  readonly width: number;
  /** pixels, ≥ 1 */
  readonly height: number;
  /** 3 = RGB, 4 = RGBA */
  readonly channels: 3 | 4;
  /** width × height × channels bytes */
  readonly data: Uint8Array;
}

/** One byte a pixel, rows from the top. */
export interface GreyPicture {
  /** pixels, ≥ 1 */
  readonly width: number;
  /** pixels, ≥ 1 */
  readonly height: number;
  /** width × height bytes */
  readonly data: Uint8Array;
}

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels of any number of channels, interleaved. */
export interface Pixels extends Size {
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Without alpha, which is dropped and not blended, as `Image.convert("RGB")` of Pillow does. */
export function withoutAlpha({ width, height, channels, data }: Picture): Picture {
  if (channels === 3) return { width, height, channels, data };
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[from + 1]!;
    rgb[to + 2] = data[from + 2]!;
  }
  return { width, height, channels: 3, data: rgb };
}
