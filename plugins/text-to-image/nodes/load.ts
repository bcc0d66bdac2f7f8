import { diffusionFamilies, residentModel } from '@atelier/diffusion';
import { defineNode, port } from '@atelier/sdk';

export const load = defineNode({
  type: 'text-to-image.load',
  version: 1,
  title: 'Load model',
  description: 'Looks at a model and says what it is; its graphs are loaded by the nodes that run them.',
  inputs: { model: port.model({ families: diffusionFamilies, default: 'auto' }) },
  outputs: {
    model: port.model({ families: diffusionFamilies }),
    family: port.string(),
    size_multiple: port.integer({ description: 'Width and height must be multiples of this, pixels' }),
  },
  needs: { device: 'cpu' },
  examples: [{ title: 'The default model', inputs: {} }],
  async run({ model }, ctx) {
    const { folder } = await residentModel(ctx.models, model);
    return { model, family: folder.family, size_multiple: folder.sizeMultiple };
  },
});
