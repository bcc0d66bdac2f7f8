import {
  diffusionFamilies,
  latentFamily,
  latentPreview,
  residentModel,
  sample as run,
  schedulerNames,
  type ControlRequest,
  type DiffusionFamily,
  type Step,
} from '@atelier/diffusion';
import { defineNode, Failure, port, type Latents, type RunContext } from '@atelier/sdk';
import { splitControl, type Control } from '../control.js';

export const sample = defineNode({
  type: 'text-to-image.sample',
  version: 1,
  title: 'Sample',
  description:
    'Removes noise step by step. From empty latents it makes a new picture; from those of a picture it changes that as much as strength says.',
  inputs: {
    model: port.model({ families: diffusionFamilies, default: 'auto' }),
    conditioning: port.conditioning(),
    latents: port.latents({ description: 'Empty, or of a picture' }),
    seed: port.seed({ default: -1 }),
    num_images: port.integer({ min: 1, max: 16, default: 1 }),
    steps: port.integer({ min: 1, max: 1000, default: 20 }),
    guidance_scale: port.number({
      min: 0,
      max: 100,
      default: 7.5,
      description: 'How closely the prompt is followed; up to 1 the negative prompt has no say',
    }),
    scheduler: port.optional(port.enum(schedulerNames, { description: "Left out: the model's own" })),
    strength: port.number({
      min: 0,
      max: 1,
      default: 1,
      description: 'How much of a picture is made anew; of no meaning for empty latents',
    }),
    mask: port.optional(port.latents({ description: 'Where to paint; with masked' })),
    masked: port.optional(port.latents({ description: 'The picture without what lies under the mask' })),
    control_model: port.optional(port.model({ capabilities: ['control'] })),
  },
  outputs: { latents: port.latents() },
  needs: { device: 'gpu', models: ['model', 'control_model'], workingMiB: 1024 },
  examples: [{ title: 'A few steps', inputs: { steps: 3, seed: 7 } }],
  async run(inputs, ctx) {
    const { model, latents, seed, num_images, steps, guidance_scale, scheduler, strength, mask, masked } =
      inputs;
    const { prompts, control } = splitControl(inputs.conditioning);
    const diffusion = await residentModel(ctx.models, model);
    const family = diffusion.folder.family as DiffusionFamily;
    refuseForeign(latents, latentFamily(family));
    const made = await run(diffusion, {
      conditioning: prompts,
      latents: floats(latents),
      seed,
      picturesPerPrompt: num_images,
      steps,
      guidanceScale: guidance_scale,
      scheduler,
      strength,
      inpaint: mask && masked && { mask: floats(mask), masked: floats(masked) },
      controls: await controlsOf(control, inputs.control_model, ctx),
      signal: ctx.signal,
      onStep: reporter(family, ctx),
    });
    return { latents: { ...made, space: latentFamily(family) } };
  },
});

async function controlsOf(
  control: Control | null,
  model: Parameters<RunContext['models']['use']>[0] | undefined,
  ctx: RunContext,
): Promise<ControlRequest[]> {
  if (control === null) return [];
  if (model !== undefined) return [{ ...control, model: await residentModel(ctx.models, model) }];
  throw new Failure(
    'invalid-input',
    'There is a picture to follow but no control_model to follow it with; name one.',
  );
}

/** A preview costs little, but more than five a second would not be sent. */
const previewEveryMs = 200;

/** Tells how far the run is, and shows the first picture as it is by then. */
function reporter(family: DiffusionFamily, ctx: RunContext): (step: Step) => void {
  let shownAt = performance.now();
  return ({ step, steps, latents }) => {
    const message = `Step ${step} of ${steps}`;
    if (performance.now() - shownAt < previewEveryMs) return ctx.progress(step / steps, { message });
    shownAt = performance.now();
    ctx.progress(step / steps, { message, preview: latentPreview(family, latents) });
  };
}

function floats({ dims, data }: Latents): { dims: readonly number[]; data: Float32Array } {
  if (data instanceof Float32Array) return { dims, data };
  throw new Failure('invalid-input', 'Latents must be of 32-bit floats.');
}

function refuseForeign({ space }: Latents, own: string): void {
  if (space === own) return;
  throw new Failure(
    'invalid-input',
    `These latents are of ${space} models and this one is of ${own}; make them with the same model.`,
  );
}
