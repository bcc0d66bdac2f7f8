import path from 'node:path';
import type { ModelFolder } from '@atelier/diffusion';
import type { ModelManifest } from '../../runtime/models/manifest.js';

const bytesPerMiB = 2 ** 20;
/** A session holds a little more than its weights: the graph and what was rearranged for faster products. */
const overhead = 1.1;
const bytesPerFloat = 4;
/** Tensors of full size that live side by side in the last block of a VAE's decoder: input, norm, activation, output. */
const decoderTensors = 4;
/**
 * Of the widest attention, where the denoiser's config does not say: its heads, and how much smaller than the latents its map is per
 * side; and the pictures in a batch with guidance.
 */
const attentions = {
  sd: { heads: 8, shrink: 1, batch: 2 },
  lcm: { heads: 8, shrink: 1, batch: 1 },
  sdxl: { heads: 10, shrink: 2, batch: 2 },
  sd3: { heads: 24, shrink: 2, batch: 2 },
  flux: { heads: 24, shrink: 2, batch: 1 },
} as const;
/** One tile of 256 pixels through a network of 64 channels, enlarged four times. */
const upscalerMiB = 768;

/** What a model will take before anything has been measured, MiB, for pictures of its usual size. */
export function estimateMemory(
  folder: ModelFolder,
  bytes: ReadonlyMap<string, number>,
): ModelManifest['memory'] {
  const parts: Record<string, number> = {};
  for (const [name, { files }] of Object.entries(folder.components)) {
    const total = files
      .filter((file) => path.extname(file) !== '.json')
      .reduce((sum, file) => sum + (bytes.get(file) ?? 0), 0);
    parts[name] = Math.ceil((total * overhead) / bytesPerMiB);
  }
  const weights = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const { decoder, attention } = workingBytes(folder);
  return {
    weights,
    working: Math.ceil(Math.max(decoder, attention) / bytesPerMiB),
    // Not rounded up: the square of what is asked for makes much of it.
    attention: Number((attention / bytesPerMiB).toPrecision(3)),
    parts,
  };
}

function workingBytes({ family, components, defaults }: ModelFolder): { decoder: number; attention: number } {
  if (family === 'upscaler') return { decoder: upscalerMiB * bytesPerMiB, attention: 0 };
  if (defaults === null || family === 'controlnet') return { decoder: 0, attention: 0 };
  const blocks = components.vae_decoder?.config?.['block_out_channels'];
  const widths = Array.isArray(blocks) ? (blocks as number[]) : [128, 256, 512, 512];
  const pixels = defaults.width * defaults.height;
  const { heads, shrink, batch } = { ...attentions[family], ...widestAttention(components.denoiser?.config) };
  const tokens = pixels / (2 ** (widths.length - 1) * shrink) ** 2;
  return {
    decoder: decoderTensors * (widths[1] ?? widths[0] ?? 0) * pixels * bytesPerFloat,
    attention: batch * heads * tokens ** 2 * bytesPerFloat,
  };
}

type Config = Readonly<Record<string, unknown>>;

/**
 * The first block of a UNet that has attention is its widest; UNets without `num_attention_heads` call it `attention_head_dim`
 * (diffusers, unet_2d_condition.py). Transformers have as many heads in every block.
 */
function widestAttention(config: Config | null = null): { heads?: number; shrink?: number } {
  const blocks = config?.['down_block_types'];
  const level = Array.isArray(blocks) ? blocks.findIndex((block) => /Attn/.test(String(block))) : -1;
  const heads: unknown =
    config?.['num_attention_heads'] ?? (level < 0 ? undefined : config?.['attention_head_dim']);
  const own: unknown = Array.isArray(heads) ? heads[level] : heads;
  return {
    ...(level < 0 ? {} : { shrink: 2 ** level }),
    ...(typeof own === 'number' ? { heads: own } : {}),
  };
}
