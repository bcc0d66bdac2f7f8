import { pictureTensor, residentModel } from '@atelier/diffusion';
import { defineNode, port } from '@atelier/sdk';
import { latentsOf } from '../latents.js';
import { encodePorts } from '../ports.js';

export const encode = defineNode({
  type: 'image-to-image.encode',
  version: 1,
  title: 'Encode picture',
  description: 'Sizes that the model does not take are rounded down.',
  inputs: encodePorts,
  outputs: { latents: port.latents() },
  needs: { device: 'gpu', models: ['model'], workingMiB: 1024 },
  examples: [{ title: 'A picture', inputs: {} }],
  async run({ model, image, width, height, posterior }, ctx) {
    const diffusion = await residentModel(ctx.models, model);
    const multipleOf = diffusion.folder.sizeMultiple;
    const picture = pictureTensor(image, { size: { width, height }, multipleOf });
    return { latents: await latentsOf(diffusion, picture, { posterior, signal: ctx.signal }) };
  },
});
