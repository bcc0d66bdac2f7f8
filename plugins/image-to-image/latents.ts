import { encodePicture, latentFamily, type DiffusionModel } from '@atelier/diffusion';
import type { Latents } from '@atelier/sdk';

type FloatTensor = Parameters<typeof encodePicture>[1];

/** The latents of a picture, in the space of its model's family. */
export async function latentsOf(
  model: DiffusionModel,
  picture: FloatTensor,
  options: { posterior: 'sample' | 'mode'; signal: AbortSignal },
): Promise<Latents> {
  const latents = await encodePicture(model, picture, options);
  return { ...latents, space: latentFamily(model.folder.family) };
}
