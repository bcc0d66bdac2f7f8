import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DiffusionError, inspectModelFolder, type ModelFolder } from '@atelier/diffusion';
import { Failure } from '@atelier/sdk';
import type { ModelManifest } from '../../runtime/models/manifest.js';
import { estimateMemory } from './estimate-memory.js';

/** What can be said of a model by looking at its folder. */
export interface FolderDescription extends Pick<
  ModelManifest,
  'family' | 'capabilities' | 'memory' | 'limits' | 'defaults' | 'priority'
> {
  /** relative to the folder */
  files: { path: string; bytes: number }[];
}

/** @throws Failure `model-missing`, `model-invalid` with what is wrong with the folder */
export async function describeFolder(folder: string): Promise<FolderDescription> {
  const found = await inspectModelFolder(folder).catch((error: unknown) => {
    if (!(error instanceof DiffusionError)) throw error;
    throw new Failure(error.code, `The folder ${path.basename(folder)} cannot be added: ${error.message}`);
  });
  const files = await Promise.all(
    found.files.map(async (name) => ({ path: name, bytes: (await stat(path.join(folder, name))).size })),
  );
  return {
    family: found.family,
    capabilities: capabilitiesOf(found),
    files,
    memory: estimateMemory(found, new Map(files.map((file) => [file.path, file.bytes]))),
    limits: found.sizeMultiple > 1 ? { multipleOf: found.sizeMultiple } : {},
    defaults: defaultsOf(found),
    // Made to be steered, so that among models for whoever names none it comes last.
    priority: found.family !== 'controlnet' && found.components.controlnet !== undefined ? -1 : 0,
  };
}

/** Latents, their mask and the masked picture's latents: such a UNet does nothing but fill masks. */
const inpaintChannels = 9;
const latentChannels = [4, 16];

function capabilitiesOf({ family, components }: ModelFolder): string[] {
  if (family === 'upscaler') return ['upscale'];
  if (family === 'controlnet') return ['control'];
  const control = components.controlnet === undefined ? [] : ['control'];
  const channels = channelsOf(components);
  if (channels === inpaintChannels) return ['inpaint', ...control];
  // Packed latents (FLUX) and transformers of SD3 have none or 16; anything else wants inputs that no tool gives.
  if (family !== 'flux' && channels !== null && !latentChannels.includes(channels)) return control;
  const fromPictures = components.vae_encoder === undefined ? [] : ['image-to-image', 'inpaint'];
  return ['text-to-image', ...fromPictures, ...control];
}

/** Of the denoiser's picture input; null where neither its graph nor its config says. */
function channelsOf({ denoiser }: ModelFolder['components']): number | null {
  const written = denoiser?.graph.inputs.find(({ dims }) => dims.length === 4)?.dims[1];
  if (typeof written === 'number') return written;
  const configured = denoiser?.config?.['in_channels'];
  return typeof configured === 'number' ? configured : null;
}

function defaultsOf({ defaults }: ModelFolder): ModelManifest['defaults'] {
  if (defaults === null) return {};
  const { width, height, steps, guidanceScale, maxSequenceLength } = defaults;
  return {
    width,
    height,
    steps,
    guidance_scale: guidanceScale,
    ...(maxSequenceLength === null ? {} : { max_sequence_length: maxSequenceLength }),
  };
}
