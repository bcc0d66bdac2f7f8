import { defineNode, type Image, port } from '@atelier/sdk';
import { tilesOf, type Area } from '../tiles.js';

export const split = defineNode({
  type: 'upscale.split',
  version: 1,
  title: 'Split into tiles',
  description: 'Work on the tiles with a forEach and put them together again with upscale.join.',
  inputs: {
    image: port.image(),
    size: port.integer({ min: 16, max: 4096, default: 512, description: 'Longest side of a tile, pixels' }),
    overlap: port.integer({ min: 0, max: 1024, default: 64, description: 'Pixels that neighbours share' }),
  },
  outputs: { tiles: port.list(port.image()), layout: port.json() },
  needs: { device: 'cpu', workingMiB: 512 },
  examples: [{ title: 'Small tiles', inputs: { size: 24, overlap: 8 } }],
  run({ image, size, overlap }) {
    // Neighbours share an overlap, half of it on each side of the line between their cores.
    const margin = Math.min(Math.floor(overlap / 2), Math.floor((size - 1) / 2));
    const tiles = tilesOf(image, size, margin);
    return {
      tiles: tiles.map(({ seen }) => cut(image, seen)),
      layout: { width: image.width, height: image.height, areas: tiles.map(({ seen }) => ({ ...seen })) },
    };
  },
});

function cut({ data, width, channels }: Image, area: Area): Image {
  const row = area.width * channels;
  const pixels = new Uint8Array(area.height * row);
  for (let y = 0; y < area.height; y++) {
    const from = ((area.top + y) * width + area.left) * channels;
    pixels.set(data.subarray(from, from + row), y * row);
  }
  return { width: area.width, height: area.height, channels, data: pixels };
}
