import { existsSync, readdirSync } from 'node:fs';
import type { FloatTensor, OnnxSession } from '@atelier/onnx';
import {
  hasReference,
  readReferenceFloats,
  readReferenceJson,
  referencePath,
} from '../../../../test/reference/pack.js';
import { openPromptEncoder } from '../../../../test/reference/prompt-encoder.js';
import { encodeFluxPrompt } from './flux.js';
import type { EncodedPrompts, PromptEncoder, PromptTexts } from './prompt-encoder.js';
import { encodeSd3Prompt } from './sd3.js';
import { encodeSdPrompt } from './sd.js';
import { encodeSdxlPrompt } from './sdxl.js';

interface Case {
  model: string;
  args: {
    prompt: string | string[];
    prompt_2?: string;
    negative_prompt?: string | string[];
    negative_prompt_2?: string;
    guidance_scale: number;
    max_sequence_length?: number;
  };
  token_ids: Record<string, unknown>;
  tensors: Record<string, { file: string; shape: number[] }>;
}

const folder = referencePath('goldens/pipelines');
const names = existsSync(folder) ? readdirSync(folder) : [];
const cases = names
  .map((name) => ({ name, ...readReferenceJson<Case>('goldens/pipelines', name, 'case.json') }))
  .filter(({ model }) => model !== 'svd')
  .filter(({ name }) => hasReference(`goldens/pipelines/${name}/denoiser0.in.encoder_hidden_states.bin`));

const opened: OnnxSession[] = [];
afterAll(() => Promise.all(opened.map((session) => session.release())));

async function open(model: string, suffix = ''): Promise<PromptEncoder> {
  const encoder = await openPromptEncoder(model, suffix);
  opened.push(encoder.session);
  return encoder;
}

async function encode(
  { model, args, token_ids }: Case,
  prompts: (PromptTexts | null)[],
): Promise<EncodedPrompts> {
  const texts = prompts.map((prompt) => prompt ?? '');
  switch (model) {
    case 'sdxl':
      return encodeSdxlPrompt({ first: await open(model), second: await open(model, '_2') }, prompts);
    case 'sd3': {
      const [first, second] = [await open(model), await open(model, '_2')];
      const t5 = 'tokenizer_3' in token_ids ? await open(model, '_3') : null;
      return encodeSd3Prompt({ first, second, t5 }, texts, { width: 80, maxSequenceLength: 256 });
    }
    case 'flux':
    case 'flux-dev': {
      const encoders = { clip: await open(model), t5: await open(model, '_2') };
      return encodeFluxPrompt(encoders, texts, args.max_sequence_length ?? 512);
    }
    default:
      return encodeSdPrompt(await open(model), texts as string[], { literal: true });
  }
}

/** Negative prompts first, where the case has guidance. */
function promptsOf({ model, args }: Case): (PromptTexts | null)[] {
  const positive = [args.prompt].flat().map((text) => withSecond(text, args.prompt_2));
  if (args.guidance_scale <= 1 || /lcm|flux/.test(model)) return positive;
  const negative = args.negative_prompt ?? null;
  const texts = Array.isArray(negative) ? negative : [negative];
  return [
    ...texts.map((text) => (text === null ? null : withSecond(text, args.negative_prompt_2))),
    ...positive,
  ];
}

const withSecond = (text: string, second?: string): PromptTexts =>
  second === undefined ? text : [text, second];

/** The largest difference to the golden rows, of which each prompt has as many as it has pictures or frames. */
function relativeError(
  actual: FloatTensor,
  name: string,
  { file, shape }: { file: string; shape: number[] },
) {
  const golden = readReferenceFloats('goldens/pipelines', name, file);
  expect(actual.dims.slice(1)).toEqual(shape.slice(1));
  const repeats = shape[0]! / actual.dims[0]!;
  const row = actual.data.length / actual.dims[0]!;
  let [difference, largest] = [0, 0];
  golden.forEach((value, i) => {
    const at = Math.floor(i / row / repeats) * row + (i % row);
    difference = Math.max(difference, Math.abs(value - actual.data[at]!));
    largest = Math.max(largest, Math.abs(value));
  });
  return difference / largest;
}

test.each(cases)('$name gets the text that the reference gave its denoiser', async (item) => {
  const { states, pooled } = await encode(item, promptsOf(item));
  const tolerance = item.model === 'sd-fp16' ? 5e-3 : 1e-5;
  const golden = (name: string) => item.tensors[`denoiser0.in.${name}`];
  expect(relativeError(states, item.name, golden('encoder_hidden_states')!)).toBeLessThan(tolerance);
  const goldenPooled = golden('text_embeds') ?? golden('pooled_projections');
  expect(goldenPooled === undefined).toBe(pooled === undefined);
  if (goldenPooled) expect(relativeError(pooled!, item.name, goldenPooled)).toBeLessThan(tolerance);
});
