import type { FloatTensor } from '@atelier/onnx';
import { repeat } from './denoisers/batch-run.js';
import type { Steering } from './denoisers/steering.js';

/**
 * Prompts as a denoiser takes them: named tensors with one entry per prompt, `encoder_hidden_states` and, of families that have it, the
 * text as one vector. Those of the negative prompts have `negative_` before their name.
 */
export type Conditioning = Readonly<Record<string, FloatTensor>>;

const prefix = 'negative_';

export function promptCount(conditioning: Conditioning): number {
  return conditioning['encoder_hidden_states']?.dims[0] ?? 0;
}

export function hasNegative(conditioning: Conditioning): boolean {
  return Object.hasOwn(conditioning, `${prefix}encoder_hidden_states`);
}

/** One half, every prompt's entry `times` times. */
export function half(conditioning: Conditioning, which: 'positive' | 'negative', times: number): Steering {
  const chosen = Object.entries(conditioning).filter(
    ([name]) => name.startsWith(prefix) === (which === 'negative'),
  );
  return Object.fromEntries(
    chosen.map(([name, tensor]) => [name.replace(prefix, ''), repeat(tensor, times)]),
  );
}

export function conditioningOf(positive: Steering, negative: Steering | null): Conditioning {
  const named = Object.entries(negative ?? {}).map(([name, tensor]) => [prefix + name, tensor]);
  return { ...positive, ...Object.fromEntries(named) };
}
