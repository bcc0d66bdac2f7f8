import type { Image } from '@atelier/sdk';
import type { Area } from './tiles.js';

/** Puts tiles together; where they overlap, each counts the more the farther a pixel is from its edge. */
export function blend(
  tiles: readonly Image[],
  areas: readonly Area[],
  { width, height }: { width: number; height: number },
): Image {
  const channels = tiles.some((tile) => tile.channels === 4) ? 4 : 3;
  const sums = new Float32Array(width * height * channels);
  const weights = new Float32Array(width * height);
  for (const [index, tile] of tiles.entries()) add(tile, areas[index]!, { sums, weights, width, channels });
  const data = new Uint8Array(sums.length);
  for (let pixel = 0, at = 0; pixel < weights.length; pixel++) {
    const weight = weights[pixel]! || 1;
    for (let channel = 0; channel < channels; channel++, at++) data[at] = Math.round(sums[at]! / weight);
  }
  return { width, height, channels, data };
}

interface Canvas {
  sums: Float32Array;
  weights: Float32Array;
  width: number;
  channels: 3 | 4;
}

function add(tile: Image, area: Area, { sums, weights, width, channels }: Canvas): void {
  for (let y = 0; y < area.height; y++) {
    const nearY = Math.min(y + 1, area.height - y);
    for (let x = 0; x < area.width; x++) {
      const weight = nearY * Math.min(x + 1, area.width - x);
      const from = (y * area.width + x) * tile.channels;
      const pixel = (area.top + y) * width + area.left + x;
      weights[pixel]! += weight;
      for (let channel = 0; channel < channels; channel++) {
        const value = channel < tile.channels ? tile.data[from + channel]! : 255;
        sums[pixel * channels + channel]! += weight * value;
      }
    }
  }
}
