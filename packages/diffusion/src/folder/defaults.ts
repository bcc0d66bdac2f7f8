import type { Component } from './component.js';
import { listOf, numberOf, type Config } from './config.js';
import type { DiffusionFamily } from './family.js';

/** What a run takes when its caller says nothing. */
export interface RunDefaults {
  /** pixels */
  readonly width: number;
  /** pixels */
  readonly height: number;
  readonly steps: number;
  readonly guidanceScale: number;
  /** of T5, tokens; null where the model has none */
  readonly maxSequenceLength: number | null;
}

interface Steps {
  steps: number;
  guidanceScale: number;
}

/** The defaults of the pipelines of diffusers 0.40, and for models that were distilled to few steps those of their model cards. */
const usual: Readonly<Record<DiffusionFamily, Steps>> = {
  sd: { steps: 50, guidanceScale: 7.5 },
  lcm: { steps: 4, guidanceScale: 8.5 },
  sdxl: { steps: 50, guidanceScale: 5 },
  sd3: { steps: 28, guidanceScale: 7 },
  flux: { steps: 28, guidanceScale: 3.5 },
};
const turbo: Steps = { steps: 4, guidanceScale: 0 };
const schnell: Steps = { steps: 4, guidanceScale: 0 };

/** Pixels a side when no config tells: what the first models of the family were trained with. */
const usualSize: Readonly<Record<DiffusionFamily, number>> = {
  sd: 512,
  lcm: 512,
  sdxl: 1024,
  sd3: 1024,
  flux: 1024,
};

export function runDefaults(
  family: DiffusionFamily,
  denoiser: Component,
  scheduler: Config | null,
  factor: number,
): RunDefaults {
  const latentSize = sampleSize(denoiser.config);
  const side = latentSize === null ? usualSize[family] : latentSize * factor;
  return {
    width: side,
    height: side,
    ...stepsOf(family, denoiser, scheduler),
    maxSequenceLength: family === 'flux' || family === 'sd3' ? sequenceLength(family, denoiser) : null,
  };
}

function stepsOf(family: DiffusionFamily, denoiser: Component, scheduler: Config | null): Steps {
  if (family === 'flux' && !embedsGuidance(denoiser)) return schnell;
  // SD Turbo and SDXL Turbo come with trailing steps; so do v-prediction models, which are no such thing.
  const trailing =
    scheduler?.['timestep_spacing'] === 'trailing' && scheduler['prediction_type'] !== 'v_prediction';
  return trailing && (family === 'sd' || family === 'sdxl') ? turbo : usual[family];
}

function sequenceLength(family: 'flux' | 'sd3', denoiser: Component): number {
  return family === 'flux' && embedsGuidance(denoiser) ? 512 : 256;
}

function embedsGuidance({ graph }: Component): boolean {
  return graph.inputs.some(({ name }) => name === 'guidance');
}

/** FLUX keeps none in its config. */
function sampleSize(config: Config | null): number | null {
  return numberOf(config, 'sample_size');
}

/** Pixels a side of one latent: each block of the VAE but the first halves the picture. */
export function vaeFactor(decoder: Component | null): number {
  const blocks = listOf(decoder?.config ?? null, 'block_out_channels');
  if (blocks !== null) return 2 ** (blocks.length - 1);
  const width = decoder?.graph.outputs[0]?.dims[3];
  const written = typeof width === 'string' ? /\*\s*(\d+)$/.exec(width)?.[1] : undefined;
  return written === undefined ? 8 : Number(written);
}

/**
 * What width and height in latents must be multiples of. A traced UNet joins what it halved with what it did not, block by block;
 * transformers take patches of two.
 */
export function latentMultiple(family: DiffusionFamily, denoiser: Component): number {
  if (family === 'flux') return 2;
  if (family === 'sd3') return numberOf(denoiser.config, 'patch_size') ?? 2;
  return 2 ** ((downBlocks(denoiser) ?? (family === 'sdxl' ? 3 : 4)) - 1);
}

function downBlocks({ config, graph }: Component): number | null {
  const listed = listOf(config, 'block_out_channels');
  if (listed !== null) return listed.length;
  const numbers = graph.weights.map((name) => /(?:^|\.)down_blocks\.(\d+)\./.exec(name)?.[1]);
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? null : Math.max(...known.map(Number)) + 1;
}

/** Channels that the denoiser takes: those of the latents, or with mask and masked picture behind them. */
export function inputChannels(family: DiffusionFamily, denoiser: Component, latentChannels: number): number {
  if (family === 'flux') return latentChannels;
  const sample = denoiser.graph.inputs.find(
    ({ name, dims }) => dims.length === 4 && !/_block|_cond/.test(name),
  );
  const declared = sample?.dims[1];
  return typeof declared === 'number'
    ? declared
    : (numberOf(denoiser.config, 'in_channels') ?? latentChannels);
}
