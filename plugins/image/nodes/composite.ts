import { defineNode, port } from '@atelier/sdk';
import { blendModes, fade, overlay } from '../overlay.js';
import { open, take, workingMiB } from '../pixels.js';
import { place, placementPorts } from '../place.js';

export const composite = defineNode({
  type: 'image.composite',
  version: 1,
  title: 'Lay a picture over another',
  inputs: {
    image: port.image(),
    overlay: port.image({ description: 'What juts out over the picture is cut off' }),
    ...placementPorts('center', 0),
    scale: port.optional(
      port.number({
        min: 0.001,
        max: 1,
        description:
          'Sizes the overlay to this part of the width of the picture, or of its height where that is reached first; left out, it keeps its own size',
      }),
    ),
    opacity: port.number({ min: 0, max: 1, default: 1 }),
    blend: port.enum(blendModes, { default: 'over' }),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB },
  examples: [
    { title: 'In the corner', inputs: { scale: 0.25, position: 'bottom-right', margin: 0.05 } },
    { title: 'Multiplied', inputs: { blend: 'multiply', opacity: 0.5 } },
  ],
  async run({ image, overlay: mark, scale, opacity, blend, ...placement }, ctx) {
    const sized = scale === undefined ? mark : await take(open(mark).resize(box(image, scale)));
    ctx.signal.throwIfAborted();
    const layer = { image: fade(sized, opacity), ...place(sized, image, placement), blend };
    return { image: await overlay(image, [layer]) };
  },
});

function box({ width, height }: { width: number; height: number }, scale: number) {
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height), fit: 'inside' } as const;
}
