import { rm } from 'node:fs/promises';
import {
  decodeLatents,
  emptyLatents,
  encodePicture,
  encodePrompt,
  latentMask,
  maskedPicture,
  maskTensor,
  pictureTensor,
  sample,
  tensorPictures,
  type DiffusionModel,
  type InpaintRequest,
  type PromptTexts,
} from '@atelier/diffusion';
import type { FloatTensor, Tensor } from '@atelier/onnx';
import { openModelIn, openReferenceModel, parts, type Disguise } from '../reference/open-model.js';
import { readReferencePicture } from '../reference/read-picture.js';
import { copyWithout } from './model-copy.js';
import { caseTensor, referenceCases, relativeError, type ReferenceCase } from './reference-case.js';
import { inPatches } from './patches.js';
import { readMask } from './read-mask.js';

type Feeds = Readonly<Record<string, Tensor>>;

/** What a run went through. */
interface Course {
  /** of the denoiser, call by call */
  feeds: Feeds[];
  steps: Float32Array[];
  final: FloatTensor;
  decoded: FloatTensor;
}

const list = <Value>(value: Value | Value[] | undefined): Value[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** The model of a case; what its denoiser is fed goes into `feeds`. */
async function modelOf(
  { model, without = [] }: ReferenceCase,
  feeds: Feeds[],
): Promise<{ model: DiffusionModel; folder?: string }> {
  const watched: Disguise = (session, file) => ({
    ...parts(session),
    run(given) {
      // Buffers are used again for the next call.
      if (/^(unet|transformer)\//.test(file)) feeds.push(structuredClone(given));
      return session.run(given);
    },
  });
  if (without.length === 0) return { model: await openReferenceModel(model, watched) };
  const folder = await copyWithout(model, without);
  return { model: await openModelIn(folder, watched), folder };
}

async function run(reference: ReferenceCase, model: DiffusionModel): Promise<Omit<Course, 'feeds'>> {
  const { args, inputs = {} } = reference;
  const conditioning = await encodePrompt(model, {
    prompts: list(args.prompt).map((prompt) => texts(prompt, args.prompt_2)),
    negativePrompts: list(args.negative_prompt).map((prompt) => texts(prompt, args.negative_prompt_2)),
    literal: true,
    maxSequenceLength: args.max_sequence_length,
  });
  const { latents, inpaint } = await beginning(reference, model);
  const controls =
    inputs.control === undefined ? [] : [{ ...(await control(reference, inputs.control)), model }];
  const steps: Float32Array[] = [];
  const final = await sample(model, {
    conditioning,
    latents,
    inpaint,
    controls,
    picturesPerPrompt: args.num_images_per_prompt,
    seed: reference.seeds?.map(BigInt) ?? BigInt(reference.seed!),
    steps: args.num_inference_steps,
    guidanceScale: args.guidance_scale,
    trueGuidanceScale: args.true_cfg_scale,
    guidanceRescale: args.guidance_rescale,
    strength: args.strength,
    eta: args.eta,
    schedulerConfig: otherScheduler(reference, model),
    sizes: { original: args.original_size, crop: args.crops_coords_top_left, target: args.target_size },
    onStep: ({ latents: { data } }) => void steps.push(data.slice()),
  });
  return { steps, final, decoded: await decodeLatents(model, final) };
}

function texts(first: string, second: string | undefined): PromptTexts {
  return second === undefined ? first : [first, second];
}

/** Where the case took the model's own scheduler, the model's own config is to be enough. */
function otherScheduler({ scheduler }: ReferenceCase, { folder }: DiffusionModel) {
  if (folder.schedulerConfig?.['_class_name'] === scheduler.class) return undefined;
  return { ...scheduler.config, _class_name: scheduler.class };
}

async function beginning(
  { args, inputs = {} }: ReferenceCase,
  model: DiffusionModel,
): Promise<{ latents: FloatTensor; inpaint?: InpaintRequest }> {
  const { width, height } = args;
  if (inputs.image === undefined) return { latents: emptyLatents(model, { width: width!, height: height! }) };
  const picture = pictureTensor(await readReferencePicture('goldens', inputs.image), {
    size: { width, height },
  });
  const latents = await encodePicture(model, picture);
  if (inputs.mask_image === undefined) return { latents };
  const mask = maskTensor(await readMask(inputs.mask_image), { width: width!, height: height! });
  const [, , high, wide] = latents.dims;
  const masked = await encodePicture(model, maskedPicture(picture, mask));
  return { latents, inpaint: { mask: latentMask(mask, { width: wide!, height: high! }), masked } };
}

async function control({ args }: ReferenceCase, file: string) {
  const picture = await readReferencePicture('goldens', file);
  return {
    picture: pictureTensor(picture, { size: { width: args.width, height: args.height }, range: 'unit' }),
    scale: args.controlnet_conditioning_scale,
    start: args.control_guidance_start,
    end: args.control_guidance_end,
  };
}

describe.each(referenceCases())('$name', (reference) => {
  // float16 by itself is 1.7e-3 away from the same model in float32.
  const tolerance = reference.model === 'sd-fp16' ? 5e-3 : 1e-4;
  let course: Course;
  let folder: string | undefined;

  beforeAll(async () => {
    const feeds: Feeds[] = [];
    const opened = await modelOf(reference, feeds);
    folder = opened.folder;
    course = { feeds, ...(await run(reference, opened.model)) };
  });

  afterAll(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it('gives the latents of the reference', () => {
    const { final } = course;
    const expected = caseTensor(reference, 'latents.final')!;
    const found = reference.model.startsWith('flux') ? inPatches(final) : final.data;
    expect(relativeError(found, expected.data)).toBeLessThan(tolerance);
  });

  it('gives the pictures of the reference, within 1 of 255', async () => {
    const pictures = tensorPictures(course.decoded);
    expect(pictures).toHaveLength(reference.images.length);
    for (const [i, picture] of pictures.entries()) {
      const expected = await readReferencePicture('goldens/pipelines', reference.name, reference.images[i]!);
      const differences = picture.data.map((value, at) => Math.abs(value - expected.data[at]!));
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
      expect(differences.filter((value) => value > 0).length).toBeLessThan(differences.length / 200);
    }
  });

  const has = (tensor: string) => caseTensor(reference, tensor) !== null;

  (has('latents.steps') ? it : it.skip)('goes through the latents of the reference, step by step', () => {
    const { dims, data } = caseTensor(reference, 'latents.steps')!;
    const { steps, final } = course;
    expect(steps).toHaveLength(dims[0]!);
    const length = data.length / steps.length;
    for (const [i, step] of steps.entries()) {
      const found = reference.model.startsWith('flux') ? inPatches({ dims: final.dims, data: step }) : step;
      expect(relativeError(found, data.subarray(i * length, (i + 1) * length))).toBeLessThan(tolerance);
    }
  });

  it('calls the denoiser at the times of the reference', () => {
    const times = course.feeds.map(({ timestep }) => Number(timestep!.data[0]));
    expect(times).toHaveLength(reference.model_times.length);
    expect(relativeError(Float32Array.from(times), Float32Array.from(reference.model_times))).toBeLessThan(
      1e-5,
    );
  });

  const inputs = Object.keys(reference.tensors).filter((name) => name.startsWith('denoiser0.in.'));

  (inputs.some(has) ? it : it.skip)(
    'feeds the first call of the denoiser with what the reference does',
    () => {
      // The reference calls FLUX with the positive half first.
      const call = course.feeds[reference.args.true_cfg_scale === undefined ? 0 : 1]!;
      const inputName = (name: string) => name.replace('denoiser0.in.', '');
      expect(Object.keys(call).sort()).toEqual(inputs.map(inputName).sort());
      for (const name of inputs.map(inputName).filter((one) => one !== 'timestep')) {
        const expected = caseTensor(reference, `denoiser0.in.${name}`);
        if (expected === null) continue;
        expect(call[name]!.dims).toEqual(expected.dims);
        expect(relativeError(call[name]!.data as Float32Array, expected.data)).toBeLessThan(tolerance);
      }
    },
  );

  (has('decoded') ? it : it.skip)('decodes to what the reference decodes', () => {
    const expected = caseTensor(reference, 'decoded')!.data;
    const worst = Math.max(...course.decoded.data.map((value, i) => Math.abs(value - expected[i]!)));
    expect(worst).toBeLessThan(5e-4);
  });
});
