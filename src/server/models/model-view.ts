import type { ModelFacts } from '@atelier/sdk';
import type { ModelCard } from '../../engine/model-choice.js';
import type { Model } from '../../runtime/models/manifest.js';

/** A model as callers may see it: where its files are is nobody's business. */
export interface ModelView extends ModelCard, ModelFacts {
  name: string;
  version: string;
  /** of its manifest */
  sha256: string;
  licence: string | null;
  /** of all its files; null when the manifest does not say */
  bytes: number | null;
  memoryMiB: { weights: number; working: number };
}

export function viewOf({ manifest, sha256 }: Model): ModelView {
  const { id, name, version, family, priority, capabilities, defaults, limits, upscale } = manifest;
  const sizes = manifest.files.map(({ bytes }) => bytes);
  const bytes = sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : null;
  const { weights, working } = manifest.memory;
  return {
    id,
    name,
    version,
    family,
    priority,
    capabilities,
    defaults,
    limits,
    upscale,
    sha256,
    licence: manifest.licence ?? null,
    bytes,
    memoryMiB: { weights, working },
  };
}
