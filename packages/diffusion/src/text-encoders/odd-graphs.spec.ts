import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSession } from '@atelier/onnx';
import { referencePath } from '../../../../test/reference/pack.js';
import { openPromptEncoder } from '../../../../test/reference/prompt-encoder.js';
import { encodeFluxPrompt } from './flux.js';
import type { PromptEncoder } from './prompt-encoder.js';
import { encodeSdPrompt } from './sd.js';
import { encodeSdxlPrompt } from './sdxl.js';

const text = 'a painting of a squirrel eating a burger';
const long = `${text}, highly detailed, `.repeat(10);

let folder: string;
const opened: PromptEncoder[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'text-encoder-'));
});

afterAll(async () => {
  await Promise.all(opened.map(({ session }) => session.release()));
  await rm(folder, { recursive: true });
});

/** An encoder of the pack whose file was changed. */
async function open(
  model: string,
  suffix = '',
  change: (file: Buffer) => Buffer = (file) => file,
): Promise<PromptEncoder> {
  const file = path.join(folder, `${opened.length}.onnx`);
  const original = await readFile(referencePath('models', model, `text_encoder${suffix}`, 'model.onnx'));
  await writeFile(file, change(original));
  const encoder = await openPromptEncoder(model, suffix, file);
  opened.push(encoder);
  return encoder;
}

/** Writes another name of the same length. */
const renamed = (from: string, to: string) => (file: Buffer) =>
  Buffer.from(file.toString('latin1').replaceAll(from, to), 'latin1');

/**
 * Gives a dimension with a name a fixed length, in the same number of bytes: field 2 (name) of `TensorShapeProto.Dimension` becomes
 * field 1 (value, a number written with nine bytes) and field 3 (denotation, which fills up).
 */
const fixedLength = (name: string, length: number) => (file: Buffer) => {
  const before = Buffer.from([0x12, name.length, ...Buffer.from(name)]);
  const value = [0x08, (length % 128) | 0x80, ...new Array(7).fill(0x80), 0x00];
  const rest = before.length - value.length - 2;
  const after = Buffer.from([...value, 0x1a, rest, ...Buffer.from('x'.repeat(rest))]);
  return renamed(before.toString('latin1'), after.toString('latin1'))(file);
};

const both = (a: (file: Buffer) => Buffer, b: (file: Buffer) => Buffer) => (file: Buffer) => b(a(file));

test.each([1, 2, 3])('a graph fixed to %p sequences of 77 encodes any prompts', async (batch) => {
  const change = both(fixedLength('batch_size', batch), fixedLength('sequence_length', 77));
  const encoder = await open('sd', '', change);
  const expected = await encodeSdPrompt(await open('sd'), ['', text, long]);
  const { states } = await encodeSdPrompt(encoder, ['', text, long]);
  expect(encoder.session.inputs[0]!.dims).toEqual([batch, 77]);
  expect(states.dims).toEqual([3, 154, 32]);
  states.data.forEach((value, i) => expect(value).toBeCloseTo(expected.states.data[i]!, 5));
});

test('a graph fixed to fewer ids than CLIP takes cuts its chunks shorter', async () => {
  const encoder = await open('sd', '', fixedLength('sequence_length', 32));
  const { states } = await encodeSdPrompt(encoder, ['the '.repeat(40)]);
  expect(states.dims).toEqual([1, 64, 32]);
});

test('T5 fixed to a length keeps it', async () => {
  const clip = await open('flux-dev');
  const t5 = await open('flux-dev', '_2', fixedLength('sequence_length', 64));
  const expected = await encodeFluxPrompt({ clip, t5: await open('flux-dev', '_2') }, [text], 64);
  expect(await encodeFluxPrompt({ clip, t5 }, [text], 256)).toEqual(expected);
});

test('inputs and outputs with other names are told by type and rank', async () => {
  const names = [
    renamed('input_ids', 'the_words'),
    renamed('last_hidden_state', 'text_embeddings__'),
    renamed('pooler_output', 'pooled_vector'),
  ];
  const change = (file: Buffer) => names.reduce((changed, rename) => rename(changed), file);
  const clip = await open('flux-dev', '', change);
  const t5 = await open('flux-dev', '_2');
  const expected = await encodeFluxPrompt({ clip: await open('flux-dev'), t5 }, [text], 16);
  expect(clip.session.outputs.map(({ name }) => name)).toEqual(['text_embeddings__', 'pooled_vector']);
  expect(await encodeFluxPrompt({ clip, t5 }, [text], 16)).toEqual(expected);
  expect(await encodeSdPrompt(clip, [text])).toEqual(await encodeSdPrompt(await open('flux-dev'), [text]));
});

test('layers without numbers are taken in the order of transformers', async () => {
  const change = renamed('hidden_states.', 'intermediate__');
  const changed = { first: await open('sdxl', '', change), second: await open('sdxl', '_2', change) };
  const usual = { first: await open('sdxl'), second: await open('sdxl', '_2') };
  expect(changed.first.session.outputs.at(-1)!.name).toBe('intermediate__2');
  expect(await encodeSdxlPrompt(changed, [text])).toEqual(await encodeSdxlPrompt(usual, [text]));
});

test('an SDXL model with an encoder of Stable Diffusion is told what its outputs should be', async () => {
  const encoders = { first: await open('sd'), second: await open('sdxl', '_2') };
  await expect(encodeSdxlPrompt(encoders, [text])).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('hidden_states.0'),
  });
});

test('an SDXL model whose second encoder has no projection is told so', async () => {
  const encoders = { first: await open('sdxl'), second: await open('sdxl') };
  await expect(encodeSdxlPrompt(encoders, [text])).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('expected text_embeds float[batch, width]; found last_hidden_state'),
  });
});

test('a graph that is no text encoder is told what its inputs should be', async () => {
  const { tokenizer } = await open('sd');
  const session = await openSession(referencePath('models/sd/unet/model.onnx'), {
    providers: ['cpu'],
    threads: 1,
  });
  await expect(encodeSdPrompt({ session, tokenizer }, [text])).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringMatching(/expected input_ids int64\[batch, sequence\].*found sample float32/),
  });
  await session.release();
});
