import { diffusionFamilies, type ModelFolder, residentModel } from '@atelier/diffusion';
import { defineNode, port, type Image, type ModelFacts } from '@atelier/sdk';
import { nativeCanvas, roundedDown, type Canvas, type Size } from '../canvas.js';

const side = (name: string) =>
  port.optional(
    port.integer({
      min: 8,
      max: 8192,
      description: `Pixels; left out, the picture's ${name}, else the model's`,
    }),
  );

export const canvas = defineNode({
  type: 'text-to-image.canvas',
  version: 1,
  title: 'Choose canvas',
  description:
    'The size to paint at: the one that is asked for, unless the model paints at its own size and wants its pictures upscaled.',
  inputs: {
    model: port.model({ families: diffusionFamilies, default: 'auto' }),
    image: port.optional(port.image({ description: 'The picture that is to be changed' })),
    width: side('width'),
    height: side('height'),
  },
  outputs: {
    width: port.integer({ description: 'To paint at' }),
    height: port.integer({ description: 'To paint at' }),
    final_width: port.integer(),
    final_height: port.integer(),
    upscale: port.boolean({ description: 'Whether the picture has to be made larger' }),
    scale: port.number({ description: 'How many times larger, at least' }),
  },
  // Where the other nodes of a run are, so that nothing is passed between processes.
  needs: { device: 'gpu', models: ['model'] },
  examples: [{ title: 'A wide picture', inputs: { width: 128, height: 64 } }],
  async run({ model, image, width, height }, ctx) {
    const { folder } = await residentModel(ctx.models, model);
    const facts = await ctx.models.use(model, 'facts', async (files) => ({
      value: files.facts,
      dispose: () => undefined,
    }));
    const { painted, final } = chooseCanvas({ width, height }, image, facts, folder);
    const scale = Math.max(final.width / painted.width, final.height / painted.height);
    return {
      width: painted.width,
      height: painted.height,
      final_width: final.width,
      final_height: final.height,
      upscale: final.width !== painted.width || final.height !== painted.height,
      scale: Math.max(scale, 1),
    };
  },
});

/** What a picture's size is where neither the caller nor the manifest names one. */
const usualSide = 512;

function chooseCanvas(
  wanted: Partial<Size>,
  image: Image | undefined,
  { defaults, upscale }: ModelFacts,
  { sizeMultiple, defaults: trained }: ModelFolder,
): Canvas {
  const usual = { width: pixels(defaults['width']), height: pixels(defaults['height']) };
  const source = image ?? usual;
  const asked = { width: wanted.width ?? source.width, height: wanted.height ?? source.height };
  if (upscale !== undefined) return nativeCanvas(asked, trained ?? usual, sizeMultiple);
  // A size that was written down is not changed behind the caller's back: what the model does not take, it refuses.
  const isWritten = wanted.width !== undefined && wanted.height !== undefined;
  const painted = isWritten ? asked : roundedDown(asked, sizeMultiple);
  return { painted, final: painted };
}

function pixels(value: unknown): number {
  return typeof value === 'number' ? value : usualSide;
}
