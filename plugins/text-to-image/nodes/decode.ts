import { diffusionFamilies, decodeLatents, residentModel, tensorPictures } from '@atelier/diffusion';
import { defineNode, Failure, port } from '@atelier/sdk';

export const decode = defineNode({
  type: 'text-to-image.decode',
  version: 1,
  title: 'Decode latents',
  inputs: { model: port.model({ families: diffusionFamilies, default: 'auto' }), latents: port.latents() },
  outputs: { images: port.list(port.image()) },
  needs: { device: 'gpu', models: ['model'], workingMiB: 1024 },
  examples: [{ title: 'The pictures of latents', inputs: {} }],
  async run({ model, latents: { dims, data } }, ctx) {
    if (!(data instanceof Float32Array))
      throw new Failure('invalid-input', 'Latents must be of 32-bit floats.');
    const diffusion = await residentModel(ctx.models, model);
    const decoded = await decodeLatents(diffusion, { dims, data }, { signal: ctx.signal });
    return { images: tensorPictures(decoded) };
  },
});
