import type { SegmentBinding, SegmentNode } from '../../engine/segment.js';
import type { ModelManifest } from '../../runtime/models/manifest.js';

/**
 * What a model takes at work beyond its weights, MiB, for pictures as large as the nodes of a segment are asked for: an input `width`
 * and an input `height` of one node say how large. What is not known before the run counts as the model's usual size.
 */
export function workingMiB(
  { memory: { working, attention }, defaults, upscale }: ModelManifest,
  nodes: readonly Pick<SegmentNode, 'inputs'>[],
): number {
  const usual = Number(defaults['width']) * Number(defaults['height']);
  // A model whose pictures are upscaled paints them at its own size.
  if (!(usual > 0) || upscale !== undefined) return working;
  const asked = nodes.map(({ inputs: { width, height } }) => pixels(width) * pixels(height));
  const growth = Math.max(1, ...asked.map((area) => area / usual));
  return Math.max(working * growth, attention * growth ** 2);
}

function pixels(binding: SegmentBinding | undefined): number {
  if (binding?.kind !== 'ref' || binding.ref.kind !== 'inline') return 0;
  return typeof binding.ref.value === 'number' ? binding.ref.value : 0;
}
