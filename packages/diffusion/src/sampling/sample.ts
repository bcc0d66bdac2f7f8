import type { FloatTensor } from '@atelier/onnx';
import type { Control } from '../denoisers/control.js';
import { Denoiser } from '../denoisers/denoiser.js';
import { lengthOf } from '../denoisers/patches.js';
import { componentOf, familyOf, withComponents, type DiffusionModel } from '../model.js';
import { inputChannels } from '../folder/defaults.js';
import {
  forInpainting,
  fromNoise,
  fromPicture,
  unchanged,
  type Beginning,
  type Ground,
} from './beginning.js';
import { checkedShape } from './check-request.js';
import { denoise } from './denoise.js';
import { latentSpace } from './latent-space.js';
import { Noise } from './noise.js';
import type { ControlRequest, SampleRequest } from './sample-request.js';
import { setCourse } from './schedule.js';
import { schedulerOf } from './scheduler-of.js';
import { guidanceOf, steeringOf } from './steering-of.js';

/**
 * From noise, or from a picture with noise, to latents that are a picture: batch × channels × height × width, as the denoiser scales
 * them. All random numbers are drawn here, in the order of diffusers. Only the denoiser and ControlNets are opened. A strength that
 * leaves no step gives the picture back as it is.
 * @throws DiffusionError, OnnxError, and the reason of the signal, at most one step after it is aborted.
 */
export async function sample(model: DiffusionModel, request: SampleRequest): Promise<FloatTensor> {
  const family = familyOf(model);
  const space = latentSpace(model);
  const shape = checkedShape(model, request, space);
  const guidance = guidanceOf(model, request);
  const halves = steeringOf(model, request, guidance, shape, space);
  const chosen = schedulerOf(model, request);
  const { scheduler } = chosen;
  const { steps, eta, signal, onStep } = request;
  const strength = isFromNoise(request) ? null : (request.strength ?? 1);
  const firstIndex = setCourse({ family, steps, strength, shape, chosen, eta });
  if (firstIndex === null) return unchanged(request.latents, shape, space);
  const noise = new Noise(request.seed);
  const dims = [shape.items, shape.channels, shape.height, shape.width];
  const {
    latents: data,
    extra,
    keep,
  } = beginning(model, request, { scheduler, firstIndex, shape, space, noise });
  return withControls(request.controls ?? [], (controls) =>
    withComponents(model, ['denoiser'], async (session) => {
      const { file, config: graphConfig } = componentOf(model, 'denoiser');
      const setup = {
        family,
        session,
        file,
        config: graphConfig,
        shape,
        ...halves,
        guidance,
        extra,
        controls,
      };
      const denoiser = new Denoiser(setup);
      const draw = () => noise.batch(shape.items, lengthOf(shape) / shape.items);
      const predict = denoiser.predict.bind(denoiser);
      return denoise({ scheduler, firstIndex, latents: { dims, data }, draw, predict, keep, signal, onStep });
    }),
  );
}

function beginning(model: DiffusionModel, request: SampleRequest, ground: Ground): Beginning {
  const { latents, inpaint, strength = 1 } = request;
  if (isFromNoise(request)) return fromNoise(ground);
  if (inpaint === undefined) return fromPicture(ground, latents);
  const channels = inputChannels(familyOf(model), componentOf(model, 'denoiser'), ground.space.channels);
  return forInpainting(ground, latents, inpaint, {
    fullStrength: strength === 1,
    inpaints: channels > ground.space.channels,
  });
}

/** No picture is encoded to zeros alone. */
function isFromNoise({ inpaint, latents }: SampleRequest): boolean {
  return inpaint === undefined && latents.data.every((value) => value === 0);
}

async function withControls<Result>(
  requests: readonly ControlRequest[],
  use: (controls: readonly Control[]) => Promise<Result>,
  opened: readonly Control[] = [],
): Promise<Result> {
  const [next, ...others] = requests;
  if (next === undefined) return use(opened);
  return withComponents(next.model, ['controlnet'], (session) => {
    const { file } = componentOf(next.model, 'controlnet');
    const { picture, scale = 1, start = 0, end = 1 } = next;
    return withControls(others, use, [...opened, { session, file, picture, scale, start, end }]);
  });
}
