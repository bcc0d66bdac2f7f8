/** JSON as it is stored and sent. 64-bit integers that a double cannot hold travel as decimal strings. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A picture in memory: rows from the top, pixels interleaved, 8 bits a channel, sRGB, straight alpha. */
export interface Image {
  /** pixels, ≥ 1 */
  readonly width: number;
  /** pixels, ≥ 1 */
  readonly height: number;
  /** 3 = RGB, 4 = RGBA */
  readonly channels: 3 | 4;
  /** width × height × channels bytes */
  readonly data: Uint8Array;
}

/** One byte a pixel, rows from the top: 255 where something is to happen, 0 where nothing is. */
export interface Mask {
  /** pixels, ≥ 1 */
  readonly width: number;
  /** pixels, ≥ 1 */
  readonly height: number;
  /** width × height bytes */
  readonly data: Uint8Array;
}

/** A dense tensor in row-major order; the product of `dims` is `data.length`. */
export interface Tensor {
  readonly dims: readonly number[];
  /** A Uint16Array holds the bits of 16-bit floats. */
  readonly data: Float32Array | Uint16Array | Int32Array | BigInt64Array | Uint8Array;
}

/** The hidden picture of a latent diffusion model: N × C × H × W, and the model family whose space it is in. */
export interface Latents extends Tensor {
  readonly space: string;
}

/** Named tensors that steer a denoiser, such as a prompt's embeddings. */
export interface Conditioning {
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** A stored blob, named by its content. */
export interface FileRef {
  /** 64 hex digits */
  readonly sha256: string;
  readonly bytes: number;
  /** what the bytes are, found by looking at them */
  readonly mediaType: string;
  /** the name it was given, without a folder */
  readonly name: string;
}

export interface Video {
  readonly file: FileRef;
  /** pixels, ≥ 1 */
  readonly width: number;
  /** pixels, ≥ 1 */
  readonly height: number;
  /** frames a second, above 0 */
  readonly fps: number;
  /** how many there are, ≥ 1 */
  readonly frames: number;
}

export interface Audio {
  readonly file: FileRef;
  /** samples a second */
  readonly sampleRate: number;
  readonly channels: number;
  /** seconds, above 0 */
  readonly duration: number;
}

/** A model as nodes pass it on: an id of the catalogue and the digest of its manifest. */
export interface ModelRef {
  readonly id: string;
  readonly sha256: string;
}
