import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SchedulerName } from '@atelier/diffusion';
import { copyWithout } from './model-copy.js';
import type { ReferenceCase } from './reference-case.js';

/** Why a run of diffusers cannot be asked for through a tool. */
export const beyondTools: Readonly<Record<string, string>> = {
  'controlnet-window': 'shares of the steps at which a ControlNet has its say',
  'flux-dev-true-cfg': 'a scale of true guidance beside the one that FLUX takes',
  'sd-ddim-eta': 'fresh noise in the steps of DDIM',
  'sd-prompts2-seeds2': 'a list of prompts and of seeds',
  'sd-vpred-zsnr-rescale': 'a rescaled guidance',
  'sdxl-dpmpp-karras-sizes': 'sizes and a second prompt for SDXL',
};

/** Runs with fields of a scheduler that no name stands for: a model comes with them, as SDXL-Turbo comes with its spacing. */
const ownSchedulers = [
  'sd-dpmpp-2m-sde-karras',
  'sd-euler-karras-trailing',
  'sd-legacy-img2img',
  'sd-turbo-like',
  'sdxl-turbo',
];

/** Whether a run takes a model that is not quite one of the pack's. */
export function needsOwnModel({ name, without }: ReferenceCase): boolean {
  return without !== undefined || ownSchedulers.includes(name);
}

/** A copy of the model of a run, as the run had it, for the caller to remove. */
export async function ownModel({ name, model, without = [], scheduler }: ReferenceCase): Promise<string> {
  const copy = await copyWithout(model, without);
  if (!ownSchedulers.includes(name)) return copy;
  const config = { ...scheduler.config, _class_name: scheduler.class };
  await writeFile(path.join(copy, 'scheduler/scheduler_config.json'), JSON.stringify(config));
  return copy;
}

const names: Readonly<Record<string, SchedulerName>> = {
  DDIMScheduler: 'ddim',
  PNDMScheduler: 'pndm',
  EulerDiscreteScheduler: 'euler',
  EulerAncestralDiscreteScheduler: 'euler_a',
  HeunDiscreteScheduler: 'heun',
  LMSDiscreteScheduler: 'lms',
  DPMSolverMultistepScheduler: 'dpmpp_2m',
  UniPCMultistepScheduler: 'unipc',
  LCMScheduler: 'lcm',
  TCDScheduler: 'tcd',
  FlowMatchEulerDiscreteScheduler: 'flow_euler',
};

/** The longest that CLIP reads at once; diffusers cuts a prompt there. */
const onePiece = 77;

export interface ToolCall {
  tool: 'text_to_image' | 'image_to_image' | 'inpaint';
  /** files by the name of their input, relative to the goldens */
  files: Record<string, string>;
  inputs: Record<string, string | number>;
}

/**
 * What a caller writes to get the pictures of a run.
 * @param own the class of the model's own scheduler, which need not be named
 */
export function toolCall(reference: ReferenceCase, own: string): ToolCall {
  const { args, inputs = {}, scheduler } = reference;
  const { image, mask_image: mask, control } = inputs;
  const model = needsOwnModel(reference) ? reference.name : reference.model;
  const karras = scheduler.config['use_karras_sigmas'] === true;
  const name = karras ? 'dpmpp_2m_karras' : names[scheduler.class];
  const isOwn = scheduler.class === own || ownSchedulers.includes(reference.name);
  return {
    tool: mask !== undefined ? 'inpaint' : image !== undefined ? 'image_to_image' : 'text_to_image',
    files: present({ image, mask, control_image: control }),
    inputs: present({
      prompt: args.prompt as string,
      negative_prompt: args.negative_prompt as string | undefined,
      width: args.width,
      height: args.height,
      steps: args.num_inference_steps,
      guidance_scale: args.guidance_scale,
      strength: args.strength,
      num_images: args.num_images_per_prompt,
      max_sequence_length: reference.name === 'sd-long-prompt' ? onePiece : args.max_sequence_length,
      seed: Number(reference.seed),
      scheduler: isOwn ? undefined : name,
      control_model: control && model,
      control_scale: args.controlnet_conditioning_scale,
      model,
    }),
  };
}

function present<Value>(values: Record<string, Value | undefined>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}
