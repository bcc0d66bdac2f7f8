import { defineNode, type Image, type ModelRef, port, type RunContext } from '@atelier/sdk';
import { graphFor } from '../graphs.js';
import { enlarged, lanczos, withAlphaOf } from '../pixels.js';
import { openUpscaler, upscale, type Upscaler } from '../upscaler.js';

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
    let larger = image;
    for (let reached = 1; reached === 1 ? scale > 1 : scale / reached > worthAPass;) {
      const upscaler = await openFor(scale / reached, model, ctx);
      if (upscaler.scale === 1) break;
      if (reached > 1) larger = await startFor(upscaler.scale, larger, width, height);
      const before = reached;
      reached *= upscaler.scale;
      const done = (fraction: number): void =>
        ctx.progress(share(before, reached, fraction, scale), { message: 'Upscaling' });
      larger = await upscale(upscaler, larger, { signal: ctx.signal, done });
    }
    if (larger === image) return { image };
    return { image: await withAlphaOf(await lanczos(larger, width, height), image) };
  },
});

/** Below this, what is left to enlarge is left to Lanczos. */
const worthAPass = 1.5;

async function openFor(scale: number, model: ModelRef, { models }: RunContext): Promise<Upscaler> {
  const names = await models.use(model, 'names', async (files) => ({
    value: files.names,
    dispose: () => undefined,
  }));
  const graph = graphFor(names, scale);
  return models.use(model, graph, async (files) => {
    const session = await files.open(graph);
    return { value: await openUpscaler(session, files.id), dispose: () => session.release() };
  });
}

/** How far the work is, from 0 to 1, when `fraction` of the pass from one scale to the next is done: passes count by what they gain. */
function share(from: number, to: number, fraction: number, wanted: number): number {
  const gained = Math.log(from) + fraction * (Math.log(Math.min(to, wanted)) - Math.log(from));
  return gained / Math.log(wanted);
}

/** A further pass starts from what it can make the wanted size of: more would be made only to be thrown away. */
function startFor(scale: number, image: Image, width: number, height: number): Promise<Image> {
  const least = (wanted: number, there: number): number => Math.min(there, Math.ceil(wanted / scale));
  return lanczos(image, least(width, image.width), least(height, image.height));
}
