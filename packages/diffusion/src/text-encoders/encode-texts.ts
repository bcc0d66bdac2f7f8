import type { FloatTensor } from '@atelier/onnx';
import { stack } from './join-tensors.js';
import type { PromptEncoder } from './prompt-encoder.js';
import { TextGraph } from './text-graph.js';

/**
 * The states of T5, [prompts, length, width]. Brackets and weights are text to it. A graph made for one length keeps that one.
 *
 * @param length ids that each text is cut or filled to: `max_sequence_length`
 */
export function encodeT5(
  encoder: PromptEncoder,
  texts: readonly string[],
  length: number,
): Promise<FloatTensor> {
  const graph = new TextGraph(encoder.session);
  return encodeTexts(graph, encoder, texts, { length, output: graph.lastStates });
}

/** The vector of CLIP for texts taken literally, [prompts, width]. */
export function encodePooled(encoder: PromptEncoder, texts: readonly string[]): Promise<FloatTensor> {
  const graph = new TextGraph(encoder.session);
  const { maxLength } = encoder.tokenizer;
  return encodeTexts(graph, encoder, texts, { length: maxLength, output: graph.pooled('pooler_output') });
}

async function encodeTexts(
  graph: TextGraph,
  { tokenizer }: PromptEncoder,
  texts: readonly string[],
  { length, output }: { length: number; output: string },
): Promise<FloatTensor> {
  const known = new Map<string, FloatTensor>();
  for (const text of new Set(texts)) {
    const outputs = await graph.run(tokenizer.padded(text, graph.fixedLength ?? length));
    known.set(text, outputs[output]!);
  }
  return stack(texts.map((text) => known.get(text)!));
}
