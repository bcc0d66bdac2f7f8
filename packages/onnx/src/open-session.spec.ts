import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readReferenceFloats, readReferenceJson, referencePath } from '../../../test/reference/pack.js';
import { oneNodeModel } from './one-node-model.js';
import { OnnxError } from './onnx-error.js';
import { openSession } from './open-session.js';
import type { OnnxSession } from './session.js';
import type { Tensor } from './tensor.js';

/** A contrib operator that only the CUDA provider has. */
const nhwcConv = (): Uint8Array => oneNodeModel('NhwcConv', 'com.microsoft', [1, 1, 1, 1]);
const ids = Int32Array.from({ length: 77 }, (_, index) => (index * 37) % 999);
const options = { providers: ['cpu'] as const };
const opened: OnnxSession[] = [];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'atelier-onnx-'));
});

afterAll(async () => {
  for (const session of opened) await session.release();
  rmSync(folder, { recursive: true });
});

async function open(...names: string[]): Promise<OnnxSession> {
  const session = await openSession(referencePath('models', ...names), options);
  opened.push(session);
  return session;
}

async function failureOf(work: Promise<unknown>): Promise<OnnxError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OnnxError);
  expect((error as OnnxError).message).not.toContain(folder);
  return error as OnnxError;
}

function write(name: string, content: Uint8Array | string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe('casts', () => {
  test('ids are cast to int64 or int32, whichever the graph declares, from either', async () => {
    const [modern, legacy] = [
      await open('sd/text_encoder/model.onnx'),
      await open('sd-legacy/text_encoder/model.onnx'),
    ];
    expect(modern.inputs[0]!.type).toBe('int64');
    expect(legacy.inputs[0]!.type).toBe('int32');
    const feeds: Tensor[] = [ids, BigInt64Array.from(ids, BigInt), Float32Array.from(ids)].map((data) => ({
      dims: [1, 77],
      data,
    }));
    const states = [];
    for (const session of [modern, legacy])
      for (const input_ids of feeds) states.push((await session.run({ input_ids }))['last_hidden_state']!);
    for (const { dims, data } of states) {
      expect(dims).toEqual([1, 77, 32]);
      expect(largestDifference(data as Float32Array, states[0]!.data as Float32Array)).toBeLessThan(1e-5);
    }
  });

  test('the first denoiser call of the reference comes out the same, with weights inside or beside the model', async () => {
    const expected = readReferenceFloats('goldens/pipelines/sd-euler/denoiser0.out.bin');
    for (const model of ['sd', 'sd-external']) {
      const { out_sample: out } = await runDenoiser(await open(model, 'unet/model.onnx'), 'sd-euler');
      expect(relativeDifference(out!.data as Float32Array, expected)).toBeLessThan(1e-5);
    }
  });

  test('a graph in float16 takes and gives float32, its scalar time included', async () => {
    const session = await open('sd-fp16/unet/model.onnx');
    expect(session.inputs.map(({ type }) => type)).toEqual(['float16', 'float16', 'float16']);
    const { out_sample: out } = await runDenoiser(session, 'sd-fp16-euler');
    expect(out!.data).toBeInstanceOf(Float32Array);
    const expected = readReferenceFloats('goldens/pipelines/sd-fp16-euler/denoiser0.out.bin');
    expect(relativeDifference(out!.data as Float32Array, expected)).toBeLessThan(5e-3);
  });
});

describe('inputs that do not fit', () => {
  test('every one is listed with what was expected and what was found', async () => {
    const session = await open('sd/unet/model.onnx');
    const error = await failureOf(
      session.run({
        sample: { dims: [1, 5, 8, 8], data: new Float32Array(320) },
        timestep: { dims: [1], data: Float32Array.of(1) },
        timestep_cond: { dims: [1, 8], data: new Float32Array(8) },
      }),
    );
    expect(error.reason).toBe('inputs');
    expect(error.mismatches).toEqual([
      { name: 'sample', expected: 'float32[batch_size, 4, height, width]', found: '[1, 5, 8, 8]' },
      { name: 'timestep', expected: 'float32[]', found: '[1]' },
      { name: 'encoder_hidden_states', expected: 'float32[batch_size, sequence_length, 32]', found: null },
      { name: 'timestep_cond', expected: null, found: '[1, 8]' },
    ]);
    expect(error.message).toContain('timestep_cond: expected no such input, found [1, 8]');
  });

  test('a tensor whose values do not fill its shape is refused', async () => {
    const session = await open('sd/text_encoder/model.onnx');
    const error = await failureOf(session.run({ input_ids: { dims: [1, 77], data: new Int32Array(76) } }));
    expect(error.mismatches[0]!.found).toBe('[1, 77] with 76 values');
  });

  test('not-a-number where integers are wanted is refused', async () => {
    const session = await open('sd/text_encoder/model.onnx');
    const data = new Float32Array(77).fill(NaN);
    expect((await failureOf(session.run({ input_ids: { dims: [1, 77], data } }))).reason).toBe('inputs');
  });

  test('what fails inside the graph names the operator and no file', async () => {
    const session = await open('sd/text_encoder/model.onnx');
    const error = await failureOf(session.run({ input_ids: { dims: [1, 99], data: new Int32Array(99) } }));
    expect(error.reason).toBe('failed');
    expect(error.message).toMatch(/Add node/);
    expect(error.message).not.toMatch(/onnxruntime_src|\.h:\d/);
  });
});

describe('files that cannot be loaded', () => {
  const whole = (...names: string[]): Uint8Array => readFileSync(referencePath('models', ...names));

  test.each([
    ['a missing file', () => path.join(folder, 'none.onnx'), 'missing-file'],
    ['a folder', () => folder, 'missing-file'],
    ['an empty file', () => write('empty.onnx', ''), 'damaged'],
    ['text', () => write('text.onnx', 'This is no model.'), 'damaged'],
    ['half a model', () => write('half.onnx', whole('sd/unet/model.onnx').subarray(0, 150_000)), 'damaged'],
    [
      'a model without its weights',
      () => write('bare/model.onnx', whole('sd-external/unet/model.onnx')),
      'missing-file',
    ],
    ['an operator that only CUDA has', () => write('op.onnx', nhwcConv()), 'unsupported'],
    [
      'an operator that lacks inputs',
      () => write('bad.onnx', oneNodeModel('GroupNorm', 'com.microsoft')),
      'damaged',
    ],
    [
      'an operator of a foreign domain',
      () => write('foreign.onnx', oneNodeModel('Paint', 'example.org')),
      'unsupported',
    ],
  ])('%s is refused in one sentence', async (_, file, reason) => {
    const error = await failureOf(openSession(file(), options));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(/^[A-Z].*\.$/);
  });

  test('a model with half its weights is refused', async () => {
    const place = path.join(folder, 'short');
    cpSync(referencePath('models/sd-external/unet'), place, { recursive: true });
    truncateSync(path.join(place, 'model.onnx_data'), 50_000);
    expect((await failureOf(openSession(path.join(place, 'model.onnx'), options))).reason).toBe('damaged');
  });

  test('what is missing is named: the operator, the file of weights', async () => {
    const file = write('named.onnx', nhwcConv());
    expect((await failureOf(openSession(file, options))).message).toContain('operator NhwcConv,');
    const legacy = write('legacy/model.onnx', whole('sd-legacy/unet/model.onnx'));
    expect((await failureOf(openSession(legacy, options))).message).toContain('The file weights.pb');
  });
});

describe('a session', () => {
  test('that is released cannot be run, and may be released again', async () => {
    const session = await openSession(referencePath('models/sd/text_encoder/model.onnx'), options);
    await session.release();
    await session.release();
    const error = await failureOf(session.run({ input_ids: { dims: [1, 77], data: ids } }));
    expect(error.reason).toBe('released');
  });

  test('falls back along the providers and says why', async () => {
    const passed: string[] = [];
    const session = await openSession(write('add.onnx', oneNodeModel('Add')), {
      passedOver: (provider, why) => passed.push(`${provider}: ${why}`),
    });
    opened.push(session);
    const x = { dims: [1], data: Float32Array.of(3) };
    expect((await session.run({ x, y: x }))['z']).toEqual({ dims: [1], data: Float32Array.of(6) });
    const taken = ['cuda', 'webgpu', 'cpu'].indexOf(session.provider);
    expect(passed).toHaveLength(taken);
  });
});

async function runDenoiser(session: OnnxSession, name: string): Promise<Record<string, Tensor>> {
  const { tensors } = readReferenceJson<{ tensors: Record<string, { shape: number[] }> }>(
    'goldens/pipelines',
    name,
    'case.json',
  );
  const feeds = session.inputs.map((input): [string, Tensor] => {
    const key = `denoiser0.in.${input.name}`;
    const data = readReferenceFloats('goldens/pipelines', name, `${key}.bin`);
    return [input.name, { dims: input.dims.length === 0 ? [] : tensors[key]!.shape, data }];
  });
  return session.run(Object.fromEntries(feeds));
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((largest, value, index) => Math.max(largest, Math.abs(value - other[index]!)), 0);
}

function relativeDifference(value: Float32Array, reference: Float32Array): number {
  const scale = reference.reduce((largest, item) => Math.max(largest, Math.abs(item)), 0);
  return largestDifference(value, reference) / scale;
}
