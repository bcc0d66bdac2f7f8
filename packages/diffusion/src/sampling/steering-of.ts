import { half, hasNegative } from '../conditioning.js';
import type { Guidance } from '../denoisers/denoiser.js';
import type { LatentShape } from '../denoisers/patches.js';
import type { Steering } from '../denoisers/steering.js';
import { DiffusionError } from '../diffusion-error.js';
import { componentOf, familyOf, type DiffusionModel } from '../model.js';
import type { LatentSpace } from './latent-space.js';
import type { SampleRequest } from './sample-request.js';
import { timeIds } from './sizes.js';

export interface Halves {
  readonly positive: Steering;
  readonly negative: Steering | null;
}

export function guidanceOf(model: DiffusionModel, request: SampleRequest): Guidance {
  const { guidanceScale, trueGuidanceScale = 1, guidanceRescale = 0 } = request;
  const scale = familyOf(model) === 'flux' ? trueGuidanceScale : guidanceScale;
  return { scale, rescale: guidanceRescale, embedded: guidanceScale };
}

/**
 * What steers each picture of the batch. Guidance up to 1, or distilled into the model, does without the negative half.
 * @throws DiffusionError `invalid-input` where the conditioning lacks the negative half that the guidance needs.
 */
export function steeringOf(
  model: DiffusionModel,
  request: SampleRequest,
  { scale }: Guidance,
  shape: LatentShape,
  space: LatentSpace,
): Halves {
  const { conditioning, picturesPerPrompt = 1, sizes = {}, negativeSizes = sizes } = request;
  const isGuided = scale > 1 && !embedsGuidance(model);
  const size = [shape.height * space.factor, shape.width * space.factor] as const;
  const told = (steering: Steering, of: typeof sizes): Steering =>
    familyOf(model) === 'sdxl' ? { ...steering, time_ids: timeIds(of, size, shape.items) } : steering;
  const positive = told(half(conditioning, 'positive', picturesPerPrompt), sizes);
  if (!isGuided || (familyOf(model) === 'flux' && !hasNegative(conditioning)))
    return { positive, negative: null };
  if (!hasNegative(conditioning))
    throw new DiffusionError(
      'invalid-input',
      `A guidance scale of ${scale} needs a negative prompt, if only an empty one; encode it together with the prompt.`,
    );
  return { positive, negative: told(half(conditioning, 'negative', picturesPerPrompt), negativeSizes) };
}

/** LCM never guides by two halves, whether or not its UNet takes the scale as an input. */
function embedsGuidance(model: DiffusionModel): boolean {
  const { graph } = componentOf(model, 'denoiser');
  return familyOf(model) === 'lcm' || graph.inputs.some(({ name }) => name === 'timestep_cond');
}
