import { encodePooled, encodeT5 } from './encode-texts.js';
import { textFor } from './prompt-encoder.js';
import type { EncodedPrompts, PromptEncoder, PromptTexts } from './prompt-encoder.js';

export interface FluxEncoders {
  readonly clip: PromptEncoder;
  readonly t5: PromptEncoder;
}

/**
 * Prompts for FLUX, taken literally: the states of T5, [prompts, maxSequenceLength, width], and the pooled text of CLIP (diffusers,
 * pipeline_flux.py, `encode_prompt`).
 *
 * @param maxSequenceLength ids of T5 per prompt: 512 for dev, 256 for schnell
 */
export async function encodeFluxPrompt(
  encoders: FluxEncoders,
  prompts: readonly PromptTexts[],
  maxSequenceLength: number,
): Promise<EncodedPrompts> {
  const texts = (encoder: number) => prompts.map((prompt) => textFor(prompt, encoder));
  return {
    states: await encodeT5(encoders.t5, texts(1), maxSequenceLength),
    pooled: await encodePooled(encoders.clip, texts(0)),
  };
}
