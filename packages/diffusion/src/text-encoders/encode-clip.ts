import type { FloatTensor } from '@atelier/onnx';
import { applyWeights } from '../prompts/apply-weights.js';
import { emptyChunk, literalChunk, promptChunks, type PromptChunk } from '../prompts/prompt-chunks.js';
import type { PickStates } from './clip-layer.js';
import { joinSequences, stack } from './join-tensors.js';
import type { PromptEncoder } from './prompt-encoder.js';
import { TextGraph } from './text-graph.js';

/** A CLIP text encoder and the prompts it is to encode, cut into chunks. */
export interface ClipTask {
  readonly graph: TextGraph;
  readonly prompts: readonly PromptChunk[][];
  /** Fills a prompt that has fewer chunks than another one. */
  readonly empty: PromptChunk;
}

export function clipTask(encoder: PromptEncoder, prompts: readonly string[], literal: boolean): ClipTask {
  const { session, tokenizer } = encoder;
  const graph = new TextGraph(session);
  const length = graph.fixedLength ?? tokenizer.maxLength;
  return {
    graph,
    prompts: prompts.map((prompt) =>
      literal ? [literalChunk(tokenizer, prompt, length)] : promptChunks(tokenizer, prompt, length),
    ),
    empty: emptyChunk(tokenizer, length),
  };
}

/** The chunks that the longest prompt takes, over all encoders of a model. */
export function longest(...tasks: readonly ClipTask[]): number {
  return Math.max(...tasks.flatMap(({ prompts }) => prompts.map((chunks) => chunks.length)));
}

export interface ClipStates {
  /** [prompts, chunks × length, width] */
  readonly states: FloatTensor;
  /** [prompts, width]: that of the first chunk; null where none is asked for */
  readonly pooled: FloatTensor | null;
}

/**
 * Encodes chunk by chunk, each sequence once, and strings the chunks together.
 *
 * @param pooled the name of the vector, if one is wanted
 */
export async function encodeClip(
  task: ClipTask,
  chunkCount: number,
  pick: PickStates,
  pooled: string | null = null,
): Promise<ClipStates> {
  const encode = remembering(task.graph, pick, pooled);
  const states: FloatTensor[] = [];
  const vectors: FloatTensor[] = [];
  for (const prompt of task.prompts) {
    const chunks: FloatTensor[] = [];
    for (let i = 0; i < chunkCount; i++) {
      const chunk = prompt[i] ?? task.empty;
      const encoded = await encode(chunk.ids);
      chunks.push(weighted(encoded.states, chunk));
      if (i === 0 && encoded.pooled !== null) vectors.push(encoded.pooled);
    }
    states.push(joinSequences(...chunks));
  }
  return { states: stack(states), pooled: pooled === null ? null : stack(vectors) };
}

/** Keeps what is used of a sequence, and not the states of every layer. */
function remembering(graph: TextGraph, pick: PickStates, pooled: string | null) {
  const known = new Map<string, ClipStates>();
  return async (ids: readonly number[]): Promise<ClipStates> => {
    const key = ids.join();
    const before = known.get(key);
    if (before !== undefined) return before;
    const outputs = await graph.run(ids);
    const states = { states: pick(outputs), pooled: pooled === null ? null : outputs[pooled]! };
    known.set(key, states);
    return states;
  };
}

/** Others may use the same states, so weights go onto a copy. */
function weighted(states: FloatTensor, { weights }: PromptChunk): FloatTensor {
  if (weights === null) return states;
  const data = states.data.slice();
  applyWeights(data, weights);
  return { dims: states.dims, data };
}
