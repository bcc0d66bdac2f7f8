import { diffusionFamilies } from '@atelier/diffusion';
import { port } from '@atelier/sdk';

const side = (of: string) =>
  port.optional(
    port.integer({ min: 8, max: 8192, description: `Pixels; left out, the ${of} of the picture` }),
  );

/** What every node that encodes a picture is told. */
export const encodePorts = {
  model: port.model({ families: diffusionFamilies, default: 'auto' }),
  image: port.image(),
  width: side('width'),
  height: side('height'),
  posterior: port.enum(['sample', 'mode'], {
    default: 'sample',
    description: 'A VAE gives a spread of latents: sample draws from it with the seed, mode takes its middle',
  }),
};
