import { promptCount } from '../conditioning.js';
import type { LatentShape } from '../denoisers/patches.js';
import { DiffusionError } from '../diffusion-error.js';
import { componentOf, familyOf, type DiffusionModel } from '../model.js';
import { inputChannels, latentMultiple } from '../folder/defaults.js';
import type { LatentSpace } from './latent-space.js';
import type { ControlRequest, SampleRequest } from './sample-request.js';

/**
 * The shape of the latents that a request asks for.
 * @throws DiffusionError `invalid-input` for all that does not fit the model or each other; `model-invalid` where the parts of the model
 *   do not fit each other.
 */
export function checkedShape(model: DiffusionModel, request: SampleRequest, space: LatentSpace): LatentShape {
  const { conditioning, latents, picturesPerPrompt = 1, seed } = request;
  const [given = 0, channels = 0, height = 0, width = 0] = latents.dims;
  const items = promptCount(conditioning) * picturesPerPrompt;
  refuse(
    items < 1 || !Number.isSafeInteger(items),
    'There must be at least one prompt, and a whole number of pictures for each.',
  );
  refuse(
    given !== 1 && given !== items,
    `There are ${given} latents for ${items} pictures; give one for all, or one for each.`,
  );
  refuse(
    typeof seed === 'object' && seed.length !== items,
    `There are ${items} pictures to be made, so give ${items} seeds or one for all.`,
  );
  refuse(
    channels !== space.channels && channels !== 2 * space.channels,
    `These latents have ${channels} channels and this model's have ${space.channels}; they are of another model.`,
  );
  checkSize(model, { height: height * space.factor, width: width * space.factor }, space);
  checkShares(request);
  checkInpainting(model, request, space);
  for (const control of request.controls ?? [])
    checkControl(control, height * space.factor, width * space.factor);
  return { items, channels: space.channels, height, width };
}

/** @throws DiffusionError `invalid-input` when the model cannot make pictures of this size (in pixels). */
export function checkSize(
  model: DiffusionModel,
  { width, height }: { width: number; height: number },
  space: LatentSpace,
): void {
  const multiple = latentMultiple(familyOf(model), componentOf(model, 'denoiser')) * space.factor;
  for (const [side, pixels] of [
    ['width', width],
    ['height', height],
  ] as const) {
    const lower = Math.floor(pixels / multiple) * multiple;
    refuse(
      !(pixels >= multiple) || pixels !== lower,
      `The ${side} must be a multiple of ${multiple} for this model, and ${pixels} is not; ` +
        `${lower > 0 ? `${lower} or ` : ''}${lower + multiple} is.`,
    );
  }
}

function checkShares(request: SampleRequest): void {
  const { strength = 1, guidanceRescale = 0, guidanceScale, trueGuidanceScale = 1 } = request;
  for (const [name, share] of Object.entries({ strength, guidanceRescale }))
    refuse(!(share >= 0 && share <= 1), `${name} must be from 0 to 1, and is ${share}.`);
  for (const [name, scale] of Object.entries({ guidanceScale, trueGuidanceScale }))
    refuse(!Number.isFinite(scale), `${name} must be a number, and is ${scale}.`);
}

function checkInpainting(
  model: DiffusionModel,
  { inpaint, latents }: SampleRequest,
  space: LatentSpace,
): void {
  const channels = inputChannels(familyOf(model), componentOf(model, 'denoiser'), space.channels);
  const inpaints = channels === 2 * space.channels + 1;
  if (channels !== space.channels && !inpaints) {
    const fitting = `${space.channels}, or ${2 * space.channels + 1} for inpainting`;
    throw new DiffusionError(
      'model-invalid',
      `The denoiser takes ${channels} channels, and with this VAE it must be ${fitting}; they are of different models, so fetch the model again.`,
    );
  }
  refuse(inpaints && inpaint === undefined, 'This model only inpaints: give it a picture and a mask.');
  if (inpaint === undefined) return;
  const { dims } = inpaint.mask;
  refuse(
    dims.length !== 4 || dims[2] !== latents.dims[2] || dims[3] !== latents.dims[3],
    `The mask is ${dims[3]} × ${dims[2]} and the latents are ${latents.dims[3]} × ${latents.dims[2]}; they must be of one size.`,
  );
}

function checkControl(
  { picture, start = 0, end = 1, scale = 1 }: ControlRequest,
  height: number,
  width: number,
): void {
  refuse(
    picture.dims[2] !== height || picture.dims[3] !== width,
    `The picture to follow is ${picture.dims[3]} × ${picture.dims[2]} and what is made is ${width} × ${height}; scale it first.`,
  );
  refuse(
    !(start >= 0 && start <= end && end <= 1),
    `A ControlNet has its say between two shares of the steps, from 0 to 1, not from ${start} to ${end}.`,
  );
  refuse(!Number.isFinite(scale), `The scale of a ControlNet must be a number, and is ${scale}.`);
}

function refuse(when: boolean, message: string): void {
  if (when) throw new DiffusionError('invalid-input', message);
}
