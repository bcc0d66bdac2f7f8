import { encodePicture, type DiffusionModel } from '@atelier/diffusion';
import type { Latents } from '@atelier/sdk';

type FloatTensor = Parameters<typeof encodePicture>[1];

/** The latents of a picture, in the space of its model's family; LCMs are SD models that were distilled. */
export async function latentsOf(
  model: DiffusionModel,
  picture: FloatTensor,
  options: { posterior: 'sample' | 'mode'; signal: AbortSignal },
): Promise<Latents> {
  const { family } = model.folder;
  return { ...(await encodePicture(model, picture, options)), space: family === 'lcm' ? 'sd' : family };
}
