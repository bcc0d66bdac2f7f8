import type { FloatTensor } from '@atelier/onnx';
import { encodePrompt, type PromptRequest } from './encode-prompt.js';
import type { DiffusionModel } from './model.js';
import { latentMask, maskedPicture, maskTensor } from './pictures/masks.js';
import type { GreyPicture, Picture, Size } from './pictures/picture.js';
import { pictureTensor, tensorPictures } from './pictures/picture-tensor.js';
import { emptyLatents } from './sampling/empty-latents.js';
import { sample } from './sampling/sample.js';
import type { ControlRequest, InpaintRequest, SampleRequest } from './sampling/sample-request.js';
import { decodeLatents } from './vae/decode-latents.js';
import { encodePicture } from './vae/encode-picture.js';

type PromptPart = Omit<PromptRequest, 'guided'>;
type SamplePart = Omit<
  SampleRequest,
  'conditioning' | 'latents' | 'inpaint' | 'controls' | 'steps' | 'guidanceScale'
>;

export interface GenerateRequest extends PromptPart, SamplePart {
  /** pixels; those of `picture`, else the model's own, if left out */
  readonly width?: number;
  readonly height?: number;
  /** what to start from */
  readonly picture?: Picture;
  /** white where `picture` is to be painted anew */
  readonly mask?: Picture | GreyPicture;
  readonly controls?: readonly (Omit<ControlRequest, 'picture'> & { readonly picture: Picture })[];
  /** the model's own if left out */
  readonly steps?: number;
  /** the model's own if left out */
  readonly guidanceScale?: number;
}

/**
 * Pictures from prompts, from a picture, or into the mask of a picture: encodes, samples and decodes, with one part of the model open
 * at a time.
 * @throws DiffusionError, OnnxError, and the reason of the signal.
 */
export async function generate(model: DiffusionModel, request: GenerateRequest): Promise<Picture[]> {
  const defaults = model.folder.defaults;
  const guidanceScale = request.guidanceScale ?? defaults?.guidanceScale ?? 1;
  const steps = request.steps ?? defaults?.steps ?? 1;
  const guided = Math.max(guidanceScale, request.trueGuidanceScale ?? 1) > 1;
  const conditioning = await encodePrompt(model, { ...request, guided });
  const { latents, size, inpaint } = await beginning(model, request);
  const controls = request.controls?.map((control) => ({
    ...control,
    picture: pictureTensor(control.picture, { size, range: 'unit' }),
  }));
  const parts = { conditioning, latents, inpaint, controls, steps, guidanceScale };
  const sampled = await sample(model, { ...request, ...parts });
  return tensorPictures(await decodeLatents(model, sampled, { signal: request.signal }));
}

interface Beginning {
  latents: FloatTensor;
  size: Size;
  inpaint?: InpaintRequest;
}

async function beginning(model: DiffusionModel, request: GenerateRequest): Promise<Beginning> {
  const { picture, mask, width, height, signal } = request;
  const defaults = model.folder.defaults;
  if (picture === undefined) {
    const size = { width: width ?? defaults?.width ?? 512, height: height ?? defaults?.height ?? 512 };
    return { latents: emptyLatents(model, size), size };
  }
  const multipleOf = model.folder.sizeMultiple;
  const pixels = pictureTensor(picture, { size: { width, height }, multipleOf });
  const size = { width: pixels.dims[3]!, height: pixels.dims[2]! };
  const latents = await encodePicture(model, pixels, { signal });
  if (mask === undefined) return { latents, size };
  const inside = maskTensor(mask, size);
  const masked = await encodePicture(model, maskedPicture(pixels, inside), { signal });
  const inLatents = { width: latents.dims[3]!, height: latents.dims[2]! };
  return { latents, size, inpaint: { mask: latentMask(inside, inLatents), masked } };
}
