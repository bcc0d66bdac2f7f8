import type { FloatTensor } from '@atelier/onnx';
import { penultimateLayer } from './clip-layer.js';
import { clipTask, encodeClip, longest } from './encode-clip.js';
import { joinWidths } from './join-tensors.js';
import { textFor } from './prompt-encoder.js';
import type { EncodedPrompts, PromptEncoder, PromptOptions, PromptTexts } from './prompt-encoder.js';

export interface SdxlEncoders {
  readonly first: PromptEncoder;
  /** The one with a projection, whose vector is the pooled text. */
  readonly second: PromptEncoder;
}

/**
 * Prompts for SDXL: the last states but one of both encoders side by side, [prompts, 77 × chunks, width], and the projected text of
 * the second one (diffusers, pipeline_stable_diffusion_xl.py, `encode_prompt`).
 *
 * @param prompts null stands for zeros in states and pooled text, which a negative prompt left out is where the model has
 *   `force_zeros_for_empty_prompt`
 */
export async function encodeSdxlPrompt(
  encoders: SdxlEncoders,
  prompts: readonly (PromptTexts | null)[],
  { clipSkip = 0, literal = false }: PromptOptions = {},
): Promise<EncodedPrompts> {
  // What becomes zeros borrows the text of another prompt, which is encoded once.
  const borrowed = prompts.find((prompt) => prompt !== null) ?? '';
  const texts = (encoder: number) => prompts.map((prompt) => textFor(prompt ?? borrowed, encoder));
  const first = clipTask(encoders.first, texts(0), literal);
  const second = clipTask(encoders.second, texts(1), literal);
  const count = longest(first, second);
  const a = await encodeClip(first, count, penultimateLayer(first.graph, clipSkip));
  const embeds = second.graph.pooled('text_embeds');
  const b = await encodeClip(second, count, penultimateLayer(second.graph, clipSkip), embeds);
  return {
    states: zeroed(joinWidths(a.states, b.states), prompts),
    pooled: zeroed(b.pooled!, prompts),
  };
}

function zeroed(tensor: FloatTensor, prompts: readonly unknown[]): FloatTensor {
  const length = tensor.data.length / prompts.length;
  prompts.forEach((prompt, i) => {
    if (prompt === null) tensor.data.fill(0, i * length, (i + 1) * length);
  });
  return tensor;
}
