import { readdirSync } from 'node:fs';
import { hasReference, readReferenceFloats, readReferenceJson, referencePath } from '../reference/pack.js';

/** A run of diffusers, as `case.json` of the reference pack describes it. */
export interface ReferenceCase {
  name: string;
  model: string;
  kind: string;
  seed?: string;
  seeds?: string[];
  without?: string[];
  inputs?: Record<string, string>;
  args: {
    prompt: string | string[];
    prompt_2?: string;
    negative_prompt?: string | string[];
    negative_prompt_2?: string;
    width?: number;
    height?: number;
    num_inference_steps: number;
    guidance_scale: number;
    true_cfg_scale?: number;
    guidance_rescale?: number;
    num_images_per_prompt?: number;
    max_sequence_length?: number;
    strength?: number;
    eta?: number;
    original_size?: [number, number];
    crops_coords_top_left?: [number, number];
    target_size?: [number, number];
    controlnet_conditioning_scale?: number;
    control_guidance_start?: number;
    control_guidance_end?: number;
  };
  scheduler: { class: string; config: Record<string, unknown> };
  timesteps: number[];
  model_times: number[];
  images: string[];
  tensors: Record<string, { file: string; shape: number[] }>;
}

const folder = ['goldens', 'pipelines'];
const later = ['svd', 'animatediff'];

/** All that are here: the whole pack, or the selection that the project carries. */
export function referenceCases(): ReferenceCase[] {
  return readdirSync(referencePath(...folder))
    .sort()
    .map((name) => readReferenceJson<ReferenceCase>(...folder, name, 'case.json'))
    .filter(({ model }) => !later.includes(model));
}

/** A tensor of a case, or null where the selection leaves it out. */
export function caseTensor(
  { name, tensors }: ReferenceCase,
  tensor: string,
): { dims: number[]; data: Float32Array } | null {
  const entry = tensors[tensor];
  if (entry === undefined || !hasReference(...folder, name, entry.file)) return null;
  return { dims: entry.shape, data: readReferenceFloats(...folder, name, entry.file) };
}

export function casePicture({ name }: ReferenceCase, picture: string): string {
  return referencePath(...folder, name, picture);
}

/** The largest difference, in shares of the largest value of the reference. */
export function relativeError(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Infinity;
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    if (!(difference <= worst)) worst = difference;
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return worst === 0 ? 0 : worst / largest;
}
