import type { Resolution, Size } from './resolution.js';

/** What matters of a model when a size is chosen. */
export interface Painter {
  /** what it usually paints */
  own: Size;
  /** of which both sides must be */
  multiple: number;
  /** above it no side is painted */
  maxSide: number;
  /** Its pictures are enlarged by what paints them, whatever size is asked for. */
  isEnlarged: boolean;
}

/** So many times the pixels that a model usually paints are still one picture; with more it begins to repeat itself. */
const mostTimesOwn = 4;
/** of sizes that only proportions were given for */
const roundTo = 8;

/** The size of the picture that is asked for. */
export function sizeOf(resolution: Resolution | undefined, { own }: Painter): Size {
  if (resolution === undefined) return own;
  if (!('ratio' in resolution)) return resolution;
  const width = Math.sqrt(own.width * own.height * resolution.ratio);
  return { width: rounded(width, roundTo), height: rounded(width / resolution.ratio, roundTo) };
}

/** The size to paint for a picture of `asked`, which it is then resized to: one that the model takes and does well. */
export function paintedSize(asked: Size, { own, multiple, maxSide, isEnlarged }: Painter): Size {
  if (isEnlarged) return asked;
  const most = mostTimesOwn * own.width * own.height;
  const scale = Math.min(
    1,
    Math.sqrt(most / (asked.width * asked.height)),
    maxSide / Math.max(asked.width, asked.height),
  );
  return { width: rounded(asked.width * scale, multiple), height: rounded(asked.height * scale, multiple) };
}

function rounded(side: number, multiple: number): number {
  return Math.max(multiple, Math.round(side / multiple) * multiple);
}
