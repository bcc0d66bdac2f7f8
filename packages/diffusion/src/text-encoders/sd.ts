import { normedLayer } from './clip-layer.js';
import { clipTask, encodeClip, longest } from './encode-clip.js';
import type { EncodedPrompts, PromptEncoder, PromptOptions } from './prompt-encoder.js';

/**
 * Prompts for Stable Diffusion 1 and 2, Turbo and LCM: the last states of CLIP, [prompts, 77 × chunks, width]. All prompts get the
 * chunks of the longest one, so negative and positive prompts belong into one call.
 * @throws DiffusionError when the encoder does not fit, or has no states of earlier layers to take `clipSkip` from.
 */
export async function encodeSdPrompt(
  encoder: PromptEncoder,
  prompts: readonly string[],
  { clipSkip = 0, literal = false }: PromptOptions = {},
): Promise<EncodedPrompts> {
  const task = clipTask(encoder, prompts, literal);
  const { states } = await encodeClip(task, longest(task), normedLayer(task.graph, clipSkip));
  return { states };
}
