import path from 'node:path';
import type { ModelFolder } from '@atelier/diffusion';
import type { ModelManifest } from '../../runtime/models/manifest.js';

const bytesPerMiB = 2 ** 20;
/** A session holds a little more than its weights: the graph and what was rearranged for faster products. */
const overhead = 1.1;
const bytesPerFloat = 4;
/** Tensors of full size that live side by side in the last block of a VAE's decoder: input, norm, activation, output. */
const decoderTensors = 4;
/** Heads of the widest attention, how much smaller than the latents its map is per side, pictures in a batch with guidance. */
const attention = {
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
  return { weights, working: Math.ceil(workingBytes(folder) / bytesPerMiB), parts };
}

function workingBytes({ family, components, defaults }: ModelFolder): number {
  if (family === 'upscaler') return upscalerMiB * bytesPerMiB;
  if (defaults === null || family === 'controlnet') return 0;
  const blocks = components.vae_decoder?.config?.['block_out_channels'];
  const widths = Array.isArray(blocks) ? (blocks as number[]) : [128, 256, 512, 512];
  const pixels = defaults.width * defaults.height;
  const decoder = decoderTensors * (widths[1] ?? widths[0] ?? 0) * pixels * bytesPerFloat;
  const { heads, shrink, batch } = attention[family];
  const tokens = pixels / (2 ** (widths.length - 1) * shrink) ** 2;
  return Math.max(decoder, batch * heads * tokens ** 2 * bytesPerFloat);
}
