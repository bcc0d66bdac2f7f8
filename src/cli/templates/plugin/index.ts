import { defineNode, definePlugin, type Image, port } from '@atelier/sdk';

/** A node is declared once: its inputs give the types of `run`, the checks, the form and the documentation. */
const border = defineNode({
  type: 'my-plugin.border',
  version: 1,
  title: 'Border',
  description: 'Draws a border of one colour round a picture.',
  inputs: {
    image: port.image(),
    width: port.integer({ min: 1, max: 1000, default: 24, description: 'Pixels on each side' }),
    colour: port.colour({ default: '#ffffff' }),
  },
  outputs: { image: port.image() },
  examples: [{ title: 'A thin dark border', inputs: { width: 2, colour: '#102030' } }],
  run({ image, width, colour }) {
    const framed = filled(image.width + 2 * width, image.height + 2 * width, image.channels, colour);
    const rowBytes = image.width * image.channels;
    for (let row = 0; row < image.height; row++) {
      const pixels = image.data.subarray(row * rowBytes, (row + 1) * rowBytes);
      framed.data.set(pixels, ((row + width) * framed.width + width) * image.channels);
    }
    return { image: framed };
  },
});

function filled(width: number, height: number, channels: Image['channels'], colour: string): Image {
  const [red = 0, green = 0, blue = 0, alpha = 255] = Buffer.from(colour.slice(1), 'hex');
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < data.length; at += channels)
    data.set([red, green, blue, alpha].slice(0, channels), at);
  return { width, height, channels, data };
}

export default definePlugin({
  id: 'my-plugin',
  title: 'my-plugin',
  version: '0.1.0',
  apiVersion: 1,
  nodes: [border],
});
