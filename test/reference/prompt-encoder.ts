import path from 'node:path';
import { loadTokenizer, type PromptEncoder } from '@atelier/diffusion';
import { openSession } from '@atelier/onnx';
import { referencePath } from './pack.js';

/**
 * A text encoder of a reference model with its tokenizer.
 *
 * @param suffix '' for the first encoder, `_2` for the second, …
 * @param file a graph to take instead of the model's own
 */
export async function openPromptEncoder(model: string, suffix = '', file?: string): Promise<PromptEncoder> {
  const place = referencePath('models', model);
  const graph = file ?? path.join(place, `text_encoder${suffix}`, 'model.onnx');
  return {
    session: await openSession(graph, { providers: ['cpu'], threads: 1 }),
    tokenizer: await loadTokenizer(path.join(place, `tokenizer${suffix}`)),
  };
}
