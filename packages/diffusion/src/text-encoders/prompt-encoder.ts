import type { FloatTensor, OnnxSession } from '@atelier/onnx';
import type { PromptTokenizer } from '../tokenizers/prompt-tokenizer.js';

/** A text encoder with its tokenizer. */
export interface PromptEncoder {
  readonly session: OnnxSession;
  readonly tokenizer: PromptTokenizer;
}

/** One text for all encoders of a model, or one for each in their order; the first stands in for those left out. */
export type PromptTexts = string | readonly [string, ...string[]];

/** What a denoiser gets of prompts: one row each, in the order given. */
export interface EncodedPrompts {
  /** [prompts, tokens, width] */
  readonly states: FloatTensor;
  /** [prompts, width], of families that have it */
  readonly pooled?: FloatTensor;
}

export interface PromptOptions {
  /**
   * How many of CLIP's last layers are left out, as diffusers counts: 0 is the usual layer of the family. (AUTOMATIC1111's
   * "Clip skip 2" is 1 here.)
   */
  readonly clipSkip?: number;
  /** True takes brackets and weights as text and cuts the prompt after one chunk, as diffusers does. */
  readonly literal?: boolean;
}

export function textFor(texts: PromptTexts, encoder: number): string {
  return typeof texts === 'string' ? texts : (texts[encoder] ?? texts[0]);
}
