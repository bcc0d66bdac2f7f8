import type { FloatTensor } from '@atelier/onnx';
import { DiffusionError } from '../diffusion-error.js';
import { applyFinalNorm } from './final-norm.js';
import type { TextGraph, TextOutputs } from './text-graph.js';

/** Picks the states that a family uses out of what its text encoder gives for one sequence. */
export type PickStates = (outputs: TextOutputs) => FloatTensor;

/**
 * The last states, or those of an earlier layer with the final norm (Stable Diffusion 1 and 2; diffusers,
 * pipeline_stable_diffusion.py, `encode_prompt`).
 */
export function normedLayer(graph: TextGraph, clipSkip: number): PickStates {
  const last = graph.lastStates;
  if (clipSkip === 0) return (outputs) => outputs[last]!;
  const layer = earlierLayer(graph, clipSkip, 1);
  const before = graph.layers.at(-1)!;
  return (outputs) => {
    const { dims, data } = outputs[layer]!;
    const after = outputs[last]!.data;
    return { dims, data: applyFinalNorm(data, outputs[before]!.data, after, dims.at(-1)!) };
  };
}

/** The states of the last layer but one, or an earlier one, without the final norm (SDXL, SD3; `hidden_states[-(n + 2)]`). */
export function penultimateLayer(graph: TextGraph, clipSkip: number): PickStates {
  const picked = clipSkip === 0 ? graph.pickedLayer : null;
  const layer = picked ?? earlierLayer(graph, clipSkip, 2);
  return (outputs) => outputs[layer]!;
}

/** @param usual the place of the layer from the end when none is skipped */
function earlierLayer(graph: TextGraph, clipSkip: number, usual: number): string {
  const { layers } = graph;
  if (layers.length === 0)
    throw graph.lacks(
      'the states of every layer (hidden_states.0, hidden_states.1, …), of which an earlier one is needed here; ' +
        'export the text encoder with output_hidden_states',
    );
  const most = layers.length - usual;
  if (Number.isSafeInteger(clipSkip) && clipSkip >= 0 && clipSkip <= most)
    return layers.at(-(usual + clipSkip))!;
  throw new DiffusionError(
    'invalid-input',
    `clip_skip must be a whole number from 0 to ${most}, and is ${clipSkip}.`,
  );
}
