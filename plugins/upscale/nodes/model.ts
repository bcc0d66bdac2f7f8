import { defineNode, type Image, port } from '@atelier/sdk';
import { enlarged, lanczos, withAlphaOf } from '../pixels.js';
import { openUpscaler, upscale } from '../upscaler.js';

export const model = defineNode({
  type: 'upscale.model',
  version: 1,
  title: 'Upscale with a model',
  description:
    'The network runs once, or again on its own result where that is too small; Lanczos does the rest.',
  inputs: {
    image: port.image(),
    model: port.model({ families: ['upscaler'], default: 'auto' }),
    scale: port.number({
      min: 1,
      max: 16,
      default: 4,
      description: 'How many times longer the sides become',
    }),
  },
  outputs: { image: port.image() },
  needs: { device: 'gpu', models: ['model'], workingMiB: 1024 },
  examples: [{ title: 'Twice as large', inputs: { scale: 2 } }],
  async run({ image, model, scale }, ctx) {
    const { width, height } = enlarged(image, scale);
    const upscaler = await ctx.models.use(model, 'upscaler', async (files) => {
      const session = await files.open(files.names.find((name) => name.endsWith('.onnx')) ?? 'model.onnx');
      return { value: await openUpscaler(session, files.id), dispose: () => session.release() };
    });
    const passes = passesFor(upscaler.scale, scale);
    let larger = image;
    for (let pass = 0; pass < passes; pass++) {
      const done = (fraction: number): void =>
        ctx.progress((pass + fraction) / passes, { message: 'Upscaling' });
      if (pass > 0) larger = await startFor(upscaler.scale, larger, width, height);
      larger = await upscale(upscaler, larger, { signal: ctx.signal, done });
    }
    if (passes === 0) return { image };
    return { image: await withAlphaOf(await lanczos(larger, width, height), image) };
  },
});

/** Below this, what is left to enlarge is left to Lanczos. */
const worthAPass = 1.5;

function passesFor(scalePerPass: number, wanted: number): number {
  if (wanted <= 1 || scalePerPass <= 1) return 0;
  let passes = 1;
  for (let reached = scalePerPass; wanted / reached > worthAPass; reached *= scalePerPass) passes += 1;
  return passes;
}

/** A further pass starts from what it can make the wanted size of: more would be made only to be thrown away. */
function startFor(scale: number, image: Image, width: number, height: number): Promise<Image> {
  const least = (wanted: number, there: number): number => Math.min(there, Math.ceil(wanted / scale));
  return lanczos(image, least(width, image.width), least(height, image.height));
}
