import { looseKey } from '../../server/styles/loose-key.js';

/** In pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A size, or the proportions of a picture that is to be about as large as its model usually paints. */
export type Resolution = Size | { ratio: number };

const square = (side: number): Size => ({ width: side, height: side });
const ratio = (width: number, height: number) => ({ ratio: width / height });

/** By `looseKey`. */
const names: Readonly<Record<string, Resolution>> = {
  low: square(512),
  medium: square(768),
  high: square(1024),
  '1k': square(1024),
  vga: { width: 640, height: 480 },
  sd: { width: 640, height: 480 },
  svga: { width: 800, height: 600 },
  xga: { width: 1024, height: 768 },
  hd: { width: 1280, height: 720 },
  hdready: { width: 1280, height: 720 },
  '720p': { width: 1280, height: 720 },
  fhd: { width: 1920, height: 1080 },
  fullhd: { width: 1920, height: 1080 },
  '1080p': { width: 1920, height: 1080 },
  '2k': { width: 2560, height: 1440 },
  qhd: { width: 2560, height: 1440 },
  '1440p': { width: 2560, height: 1440 },
  '4k': { width: 3840, height: 2160 },
  uhd: { width: 3840, height: 2160 },
  '4kuhd': { width: 3840, height: 2160 },
  ultrahd: { width: 3840, height: 2160 },
  '2160p': { width: 3840, height: 2160 },
  '8k': { width: 7680, height: 4320 },
  square: ratio(1, 1),
  default: ratio(1, 1),
  standard: ratio(1, 1),
  portrait: ratio(3, 4),
  landscape: ratio(4, 3),
  wide: ratio(16, 9),
  widescreen: ratio(16, 9),
  ultrawide: ratio(21, 9),
  cinematic: ratio(21, 9),
  vertical: ratio(9, 16),
  story: ratio(9, 16),
};

export const resolutionNames = Object.keys(names);

/** What is meant by `1024x768`, `1024 × 768 px`, `512`, `HD`, `4k`, `16:9` or `portrait`; undefined for anything else. */
export function readResolution(given: string | number): Resolution | undefined {
  const text = String(given).toLowerCase().replace(/\s+/g, '');
  const sides = /^(\d{1,6})(?:px)?(?:[x×*,]|by)(\d{1,6})(?:px)?$/.exec(text);
  if (sides !== null) return { width: Number(sides[1]), height: Number(sides[2]) };
  const side = /^(\d{1,6})(?:px|²)?$/.exec(text);
  if (side !== null) return square(Number(side[1]));
  const proportions = /^(\d{1,5}(?:\.\d{1,5})?)[:/](\d{1,5}(?:\.\d{1,5})?)$/.exec(text);
  if (proportions !== null) return ratioOf(Number(proportions[1]), Number(proportions[2]));
  const key = looseKey(text);
  return Object.hasOwn(names, key) ? names[key] : undefined;
}

function ratioOf(width: number, height: number): Resolution | undefined {
  return width > 0 && height > 0 ? ratio(width, height) : undefined;
}
