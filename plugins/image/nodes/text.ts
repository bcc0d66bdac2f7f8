import { defineNode, port } from '@atelier/sdk';
import { draw, fontNames, mark } from '../lettering.js';
import { fade, overlay } from '../overlay.js';
import { workingMiB } from '../pixels.js';
import { inset, place, placementPorts, type Position } from '../place.js';

const clear = '#00000000';

export const text = defineNode({
  type: 'image.text',
  version: 1,
  title: 'Write on a picture',
  description:
    'Writes text of any script that a font is found for, broken into lines where the picture ends. Without a picture the result is the text alone on a transparent ground.',
  inputs: {
    image: port.optional(port.image()),
    text: port.text({ minLength: 1, maxLength: 1000 }),
    font: port.enum(fontNames, { default: 'sans-bold' }),
    size: port.number({ min: 4, max: 1000, default: 48, description: 'Size of the letters in pixels' }),
    colour: port.colour({ default: '#ffffff' }),
    outline: port.number({ min: 0, max: 24, default: 0, description: 'Pixels around the letters' }),
    outline_colour: port.colour({ default: '#000000' }),
    background: port.colour({ default: clear, description: 'Box behind the text' }),
    padding: port.integer({
      min: 0,
      max: 500,
      default: 0,
      description: 'Pixels between the text and the edge of its box',
    }),
    opacity: port.number({ min: 0, max: 1, default: 1 }),
    ...placementPorts('center', 0.04),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB },
  examples: [
    {
      title: 'A caption',
      inputs: { text: 'Dawn', size: 12, position: 'bottom', background: '#00000080', padding: 2 },
    },
    { title: 'Outlined', inputs: { text: '© Zoë', size: 16, outline: 1, opacity: 0.6 } },
  ],
  async run({ image, opacity, outline, outline_colour, colour, background, padding, ...rest }, ctx) {
    const { text, font, size, ...placement } = rest;
    const around = 2 * (padding + Math.ceil(outline));
    const width = image && Math.max(1, image.width - 2 * inset(image, placement.margin) - around);
    const ink = await draw({ text, font, size, width, align: alignment(placement.position) });
    ctx.signal.throwIfAborted();
    const style = { colour, outline, outlineColour: outline_colour, background, padding };
    const written = fade(await mark(ink, style), opacity);
    if (!image) return { image: written };
    return { image: await overlay(image, [{ image: written, ...place(written, image, placement) }]) };
  },
});

/** Lines begin or end at the edge of the picture that the text is at. */
function alignment(position: Position): 'left' | 'center' | 'right' {
  if (position.includes('left')) return 'left';
  return position.includes('right') ? 'right' : 'center';
}
