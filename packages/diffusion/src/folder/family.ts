import type { TensorInfo } from '@atelier/onnx';
import { DiffusionError } from '../diffusion-error.js';

/** Diffusion models that differ in what goes into their denoiser. SD 1.5, 2 and Turbo are `sd`. */
export const diffusionFamilies = ['sd', 'lcm', 'sdxl', 'sd3', 'flux'] as const;
export type DiffusionFamily = (typeof diffusionFamilies)[number];
export type ModelFamily = DiffusionFamily | 'controlnet' | 'upscaler';

/** The family whose latents a family works on: LCMs are SD models that were distilled. */
export function latentFamily(family: ModelFamily): ModelFamily {
  return family === 'lcm' ? 'sd' : family;
}

const classFamilies: readonly [RegExp, DiffusionFamily][] = [
  [/^LatentConsistencyModel/, 'lcm'],
  [/^StableDiffusionXL/, 'sdxl'],
  [/^StableDiffusion3/, 'sd3'],
  [/^Flux/, 'flux'],
  [/^StableDiffusion(ControlNet|Img2Img|Inpaint|Pipeline)/, 'sd'],
];

/**
 * The family of a pipeline class of diffusers, optimum (`ORT…`) or the old ONNX export (`Onnx…`).
 * @throws DiffusionError `model-invalid` for pipelines that this library has not got.
 */
export function familyOfClass(pipelineClass: string): DiffusionFamily {
  const name = pipelineClass.replace(/^(ORT|Onnx)/, '');
  const found = classFamilies.find(([pattern]) => pattern.test(name));
  if (found !== undefined) return found[1];
  throw new DiffusionError(
    'model-invalid',
    `model_index.json names ${pipelineClass}; of text-to-picture models there are Stable Diffusion 1, 2, XL and 3, LCM and FLUX.`,
  );
}

/** What a graph looks like, by the names, ranks and fixed lengths of its inputs; null when like nothing that is known here. */
export function familyOfGraph(
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
): ModelFamily | null {
  const has = (name: string) => inputs.some((input) => input.name === name);
  const ranks = inputs.map(({ dims }) => dims.length);
  if (has('controlnet_cond')) return 'controlnet';
  if (has('time_ids') && has('text_embeds')) return 'sdxl';
  if (has('timestep_cond')) return 'lcm';
  if (has('img_ids')) return 'flux';
  if (has('pooled_projections')) return 'sd3';
  if (isUpscaler(inputs, outputs)) return 'upscaler';
  if (ranks.includes(4) && ranks.includes(3) && ranks.some((rank) => rank <= 1)) return 'sd';
  return null;
}

/** A picture of three channels in, one out. */
function isUpscaler(inputs: readonly TensorInfo[], outputs: readonly TensorInfo[]): boolean {
  if (inputs.length !== 1 || outputs.length === 0) return false;
  return [inputs[0]!, outputs[0]!].every(
    ({ dims }) => dims.length === 4 && (typeof dims[1] === 'string' || dims[1] === 3),
  );
}
