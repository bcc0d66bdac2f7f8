import { penultimateLayer } from './clip-layer.js';
import { clipTask, encodeClip } from './encode-clip.js';
import { encodeT5 } from './encode-texts.js';
import { joinSequences, joinWidths, padWidth, zeros } from './join-tensors.js';
import { textFor } from './prompt-encoder.js';
import type { EncodedPrompts, PromptEncoder, PromptTexts } from './prompt-encoder.js';

export interface Sd3Encoders {
  readonly first: PromptEncoder;
  readonly second: PromptEncoder;
  /** May be left out; its states are zeros then. */
  readonly t5: PromptEncoder | null;
}

export interface Sd3Options {
  readonly clipSkip?: number;
  /** Width of the states that the transformer takes (`joint_attention_dim`, or the fixed number in its graph). */
  readonly width: number;
  /** Ids of T5 per prompt; 256 in diffusers. */
  readonly maxSequenceLength: number;
}

/**
 * Prompts for Stable Diffusion 3, taken literally: the last states but one of both CLIPs side by side and filled up to T5's width, T5
 * behind them, [prompts, 77 + maxSequenceLength, width]; pooled are both projected texts side by side (diffusers,
 * pipeline_stable_diffusion_3.py, `encode_prompt`).
 */
export async function encodeSd3Prompt(
  encoders: Sd3Encoders,
  prompts: readonly PromptTexts[],
  { clipSkip = 0, width, maxSequenceLength }: Sd3Options,
): Promise<EncodedPrompts> {
  const texts = (encoder: number) => prompts.map((prompt) => textFor(prompt, encoder));
  const a = await encodeProjected(encoders.first, texts(0), clipSkip);
  const b = await encodeProjected(encoders.second, texts(1), clipSkip);
  const t5 =
    encoders.t5 === null
      ? zeros([prompts.length, maxSequenceLength, width])
      : await encodeT5(encoders.t5, texts(2), maxSequenceLength);
  return {
    states: joinSequences(padWidth(joinWidths(a.states, b.states), width), t5),
    pooled: joinWidths(a.pooled!, b.pooled!),
  };
}

function encodeProjected(encoder: PromptEncoder, texts: readonly string[], clipSkip: number) {
  const task = clipTask(encoder, texts, true);
  return encodeClip(task, 1, penultimateLayer(task.graph, clipSkip), task.graph.pooled('text_embeds'));
}
