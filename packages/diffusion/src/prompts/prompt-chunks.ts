import { paddedIds, room, type PromptTokenizer } from '../tokenizers/prompt-tokenizer.js';
import { parseWeights } from './prompt-weights.js';

/** What a text encoder takes at once. */
export interface PromptChunk {
  readonly ids: readonly number[];
  /** One per id; null when all of them count 1. */
  readonly weights: readonly number[] | null;
}

/**
 * A prompt with its weights, cut into chunks of `length` ids (CLIP: 77, of which 75 are the text's), each with its own first and
 * last token (AUTOMATIC1111, modules/sd_hijack_clip.py). A prompt without weights that fits one chunk is just its padded ids.
 */
export function promptChunks(tokenizer: PromptTokenizer, prompt: string, length: number): PromptChunk[] {
  const parts = parseWeights(prompt).map(({ text, weight }) => ({ ids: tokenizer.pieces(text), weight }));
  const ids = parts.flatMap((part) => part.ids);
  const weights = parts.flatMap((part) => part.ids.map(() => part.weight));
  const step = room(tokenizer, length);
  const chunks: PromptChunk[] = [];
  for (let start = 0; start === 0 || start < ids.length; start += step) {
    chunks.push({
      ids: paddedIds(tokenizer, ids.slice(start, start + step), length),
      weights: aligned(weights.slice(start, start + step), length),
    });
  }
  return chunks;
}

/** The prompt as it stands, brackets included, cut off after `length` ids. */
export function literalChunk(tokenizer: PromptTokenizer, prompt: string, length: number): PromptChunk {
  return { ids: tokenizer.padded(prompt, length), weights: null };
}

/** What fills a short prompt up to the chunks of a longer one. */
export function emptyChunk(tokenizer: PromptTokenizer, length: number): PromptChunk {
  return { ids: paddedIds(tokenizer, [], length), weights: null };
}

/** The text stands behind the first token; that one, the last one and the padding count 1. */
function aligned(weights: readonly number[], length: number): number[] | null {
  if (weights.every((weight) => weight === 1)) return null;
  const all = new Array<number>(length).fill(1);
  weights.forEach((weight, i) => (all[i + 1] = weight));
  return all;
}
