import type { FloatTensor } from '@atelier/onnx';
import { conditioningOf, type Conditioning } from './conditioning.js';
import type { Steering } from './denoisers/steering.js';
import type { ComponentName } from './folder/component.js';
import { numberOf } from './folder/config.js';
import type { DiffusionFamily } from './folder/family.js';
import { componentOf, familyOf, withComponents, type DiffusionModel } from './model.js';
import { encodeFluxPrompt } from './text-encoders/flux.js';
import {
  textFor,
  type EncodedPrompts,
  type PromptEncoder,
  type PromptOptions,
  type PromptTexts,
} from './text-encoders/prompt-encoder.js';
import { encodeSd3Prompt } from './text-encoders/sd3.js';
import { encodeSdPrompt } from './text-encoders/sd.js';
import { encodeSdxlPrompt } from './text-encoders/sdxl.js';

export interface PromptRequest extends PromptOptions {
  readonly prompts: readonly PromptTexts[];
  /**
   * One for each prompt. One that is null or left out is empty text, except that SDXL takes zeros for it where the model says so, and
   * FLUX goes without.
   */
  readonly negativePrompts?: readonly (PromptTexts | null)[];
  /** false leaves the negative half out, for runs whose guidance scale is at most 1 */
  readonly guided?: boolean;
  /** of T5, tokens; the family's own if left out */
  readonly maxSequenceLength?: number;
}

/** A negative prompt that is null is to be zeros. */
type Texts = readonly (PromptTexts | null)[];

/**
 * Prompts and negative prompts as the model's denoiser takes them. Opens the text encoders and releases them.
 * @throws DiffusionError, OnnxError
 */
export async function encodePrompt(model: DiffusionModel, request: PromptRequest): Promise<Conditioning> {
  const { prompts } = request;
  const negatives = negativeTexts(model, request);
  const encoded = await withEncoders(model, (...encoders) =>
    encode(model, encoders, [...(negatives ?? []), ...prompts], request),
  );
  const steering = named(familyOf(model), encoded);
  if (negatives === null) return steering;
  return conditioningOf(
    part(steering, prompts.length, 2 * prompts.length),
    part(steering, 0, prompts.length),
  );
}

function negativeTexts(
  model: DiffusionModel,
  { prompts, negativePrompts = [], guided = true }: PromptRequest,
): Texts | null {
  const family = familyOf(model);
  const given = prompts.map((_, i) => negativePrompts[i] ?? null);
  if (!guided || family === 'lcm') return null;
  if (family === 'flux') return given.some((text) => text !== null) ? given.map((text) => text ?? '') : null;
  const zeros = family === 'sdxl' && model.folder.index?.['force_zeros_for_empty_prompt'] !== false;
  return zeros ? given : given.map((text) => text ?? '');
}

const names: readonly ComponentName[] = ['text_encoder', 'text_encoder_2', 'text_encoder_3'];
const tokenizers = ['tokenizer', 'tokenizer_2', 'tokenizer_3'];

function withEncoders<Result>(
  model: DiffusionModel,
  use: (...encoders: PromptEncoder[]) => Promise<Result>,
): Promise<Result> {
  const count = { sd: 1, lcm: 1, sdxl: 2, flux: 2, sd3: 3 }[familyOf(model)];
  // SD3 works without T5, whose place is taken by zeros.
  const present = names
    .slice(0, count)
    .filter((name, i) => i < 2 || model.folder.components[name] !== undefined);
  return withComponents(model, present, async (...sessions) => {
    const encoders = sessions.map(async (session, i) => ({
      session,
      tokenizer: await model.tokenizer(tokenizers[i]!),
    }));
    return use(...(await Promise.all(encoders)));
  });
}

function encode(
  model: DiffusionModel,
  [first, second, third]: readonly PromptEncoder[],
  texts: Texts,
  request: PromptRequest,
): Promise<EncodedPrompts> {
  const plain = texts.map((text) => text ?? '');
  const family = familyOf(model);
  const { clipSkip, literal } = request;
  const maxSequenceLength = request.maxSequenceLength ?? model.folder.defaults?.maxSequenceLength ?? 256;
  if (family === 'sdxl')
    return encodeSdxlPrompt({ first: first!, second: second! }, texts, { clipSkip, literal });
  if (family === 'flux') return encodeFluxPrompt({ clip: first!, t5: second! }, plain, maxSequenceLength);
  if (family === 'sd3') {
    const encoders = { first: first!, second: second!, t5: third ?? null };
    return encodeSd3Prompt(encoders, plain, { clipSkip, width: stateWidth(model), maxSequenceLength });
  }
  return encodeSdPrompt(
    first!,
    plain.map((text) => textFor(text, 0)),
    { clipSkip, literal },
  );
}

/** How wide the states are that a transformer takes. */
function stateWidth(model: DiffusionModel): number {
  const { graph, config } = componentOf(model, 'denoiser');
  const declared = graph.inputs.find(({ name }) => name === 'encoder_hidden_states')?.dims[2];
  return typeof declared === 'number' ? declared : (numberOf(config, 'joint_attention_dim') ?? 4096);
}

function named(family: DiffusionFamily, { states, pooled }: EncodedPrompts): Steering {
  if (pooled === undefined) return { encoder_hidden_states: states };
  return {
    encoder_hidden_states: states,
    [family === 'sdxl' ? 'text_embeds' : 'pooled_projections']: pooled,
  };
}

function part(steering: Steering, from: number, to: number): Steering {
  const parts = Object.entries(steering).map(([name, { dims, data }]): [string, FloatTensor] => {
    const [count, ...rest] = dims as [number, ...number[]];
    const length = data.length / count;
    return [name, { dims: [to - from, ...rest], data: data.slice(from * length, to * length) }];
  });
  return Object.fromEntries(parts);
}
