import { diffusionFamilies, latentFamily, emptyLatents as empty, residentModel } from '@atelier/diffusion';
import { defineNode, port } from '@atelier/sdk';

const side = { min: 8, max: 8192 } as const;

export const emptyLatents = defineNode({
  type: 'text-to-image.empty-latents',
  version: 1,
  title: 'Empty latents',
  description: 'What a picture from noise alone starts from.',
  inputs: {
    model: port.model({ families: diffusionFamilies, default: 'auto' }),
    width: port.integer({ ...side, default: 512, description: 'Pixels' }),
    height: port.integer({ ...side, default: 512, description: 'Pixels' }),
  },
  outputs: { latents: port.latents() },
  // Where the other nodes of a run are, so that nothing is passed between processes.
  needs: { device: 'gpu', models: ['model'] },
  examples: [{ title: 'A small square', inputs: { width: 64, height: 64 } }],
  async run({ model, width, height }, ctx) {
    const diffusion = await residentModel(ctx.models, model);
    return {
      latents: { ...empty(diffusion, { width, height }), space: latentFamily(diffusion.folder.family) },
    };
  },
});
