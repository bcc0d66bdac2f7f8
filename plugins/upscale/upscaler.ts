import { Failure, type Image, type OnnxSession } from '@atelier/sdk';
import { planesOf } from './pixels.js';
import { tilesOf, type Area, type Tile } from './tiles.js';

/** Pixels of a tile's side for a network that takes any size: more needs more memory and gains nothing. */
const anySizeTile = 256;
/** Pixels around a tile's core that are made and thrown away, as what a network makes at an edge differs. */
const margin = 32;

/** A super-resolution network: RGB from 0 to 1 in and out, 1 × 3 × H × W. */
export interface Upscaler {
  /** how many times larger the picture becomes, a whole number */
  readonly scale: number;
  readonly session: OnnxSession;
  /** the only size it takes, or null where it takes any */
  readonly fixedSize: { readonly width: number; readonly height: number } | null;
}

/**
 * Finds out how a network is used, by running it once on a few pixels.
 * @throws Failure `model-invalid` when it does not make a larger picture of a picture
 */
export async function openUpscaler(session: OnnxSession, modelId: string): Promise<Upscaler> {
  const [input] = session.inputs;
  const [, channels, height, width] = input?.dims ?? [];
  const takesPictures = input?.dims.length === 4 && (channels === 3 || typeof channels === 'string');
  if (session.inputs.length !== 1 || !takesPictures) throw unfit(modelId);
  const fixedSize = typeof width === 'number' && typeof height === 'number' ? { width, height } : null;
  const probe = fixedSize ?? { width: 16, height: 16 };
  const grey = new Float32Array(3 * probe.width * probe.height).fill(0.5);
  const made = await runOnce(session, grey, probe);
  const scale = made.width / probe.width;
  if (!Number.isInteger(scale) || scale < 1 || made.height !== probe.height * scale) throw unfit(modelId);
  return { scale, session, fixedSize };
}

export interface UpscaleProgress {
  readonly signal: AbortSignal;
  /** @param fraction of the tiles that are done, 0 to 1 */
  done(fraction: number): void;
}

/** The picture, `scale` times larger, without its alpha; made in tiles, so that the memory it takes hardly depends on its size. */
export async function upscale(upscaler: Upscaler, image: Image, progress: UpscaleProgress): Promise<Image> {
  const { scale } = upscaler;
  const width = image.width * scale;
  const height = image.height * scale;
  const result: Image = { width, height, channels: 3, data: new Uint8Array(width * height * 3) };
  const tiles = gridFor(upscaler, image);
  for (const [index, tile] of tiles.entries()) {
    progress.signal.throwIfAborted();
    const size = upscaler.fixedSize ?? tile.seen;
    const made = await runOnce(upscaler.session, planesOf(image, tile.seen, size), size);
    place(made, tile, scale, result);
    progress.done((index + 1) / tiles.length);
  }
  return result;
}

function gridFor({ fixedSize }: Upscaler, image: Image): Tile[] {
  const side = fixedSize === null ? anySizeTile : Math.min(fixedSize.width, fixedSize.height);
  const around = Math.min(margin, Math.floor(side / 4));
  return tilesOf(image, side, around);
}

interface Made {
  width: number;
  height: number;
  /** three planes, from 0 to 1 */
  planes: Float32Array;
}

async function runOnce(
  session: OnnxSession,
  picture: Float32Array,
  { width, height }: { width: number; height: number },
): Promise<Made> {
  const [input] = session.inputs;
  const [output] = session.outputs;
  const results = await session.run({ [input!.name]: { dims: [1, 3, height, width], data: picture } });
  const { dims, data } = results[output!.name]!;
  const planes = data as Float32Array;
  if (!planes.every(Number.isFinite)) throw overflown();
  return { width: dims[3]!, height: dims[2]!, planes };
}

/** Copies the core of a tile to its place, rounded to 8 bits. */
function place({ width, height, planes }: Made, { core, seen }: Tile, scale: number, result: Image): void {
  const from = { left: (core.left - seen.left) * scale, top: (core.top - seen.top) * scale };
  const area: Area = {
    left: core.left * scale,
    top: core.top * scale,
    width: core.width * scale,
    height: core.height * scale,
  };
  const plane = width * height;
  for (let y = 0; y < area.height; y++) {
    let source = (from.top + y) * width + from.left;
    let target = ((area.top + y) * result.width + area.left) * 3;
    for (let x = 0; x < area.width; x++, source++, target += 3) {
      result.data[target] = byte(planes[source]!);
      result.data[target + 1] = byte(planes[plane + source]!);
      result.data[target + 2] = byte(planes[2 * plane + source]!);
    }
  }
}

function byte(value: number): number {
  return value <= 0 ? 0 : value >= 1 ? 255 : Math.round(value * 255);
}

function overflown(): Failure {
  return new Failure(
    'node-failed',
    'The network made values that are no numbers, as 16-bit weights can; use the 32-bit version of the model.',
  );
}

function unfit(model: string): Failure {
  return new Failure(
    'model-invalid',
    `The model ${model} does not upscale: it must take one picture of 1 × 3 × height × width and make a larger one.`,
    { model },
  );
}
