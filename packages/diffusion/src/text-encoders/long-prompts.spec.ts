import type { FloatTensor } from '@atelier/onnx';
import { openPromptEncoder as open } from '../../../../test/reference/prompt-encoder.js';
import type { PromptEncoder } from './prompt-encoder.js';
import { encodeSd3Prompt } from './sd3.js';
import { encodeSdPrompt } from './sd.js';
import { encodeSdxlPrompt, type SdxlEncoders } from './sdxl.js';

const text = 'a painting of a squirrel eating a burger';
const long = `${text}, highly detailed, `.repeat(10);

let sd: PromptEncoder;
let sdxl: SdxlEncoders;

beforeAll(async () => {
  sd = await open('sd');
  sdxl = { first: await open('sdxl'), second: await open('sdxl', '_2') };
});

afterAll(() => Promise.all([sd, sdxl.first, sdxl.second].map(({ session }) => session.release())));

/** One prompt's rows of tokens × width. */
function row({ dims, data }: FloatTensor, index: number): Float32Array {
  const length = data.length / dims[0]!;
  return data.subarray(index * length, (index + 1) * length);
}

const mean = (values: Float32Array) => values.reduce((total, value) => total + value, 0) / values.length;

describe('a prompt of Stable Diffusion', () => {
  test.each([text, '', String.raw`${text} \(not weighted\)`])(
    'without weights that fits 77 tokens is encoded as if nothing were read in it (%j)',
    async (prompt) => {
      const plain = await encodeSdPrompt(sd, [prompt.replaceAll('\\', '')], { literal: true });
      expect(await encodeSdPrompt(sd, [prompt])).toEqual(plain);
    },
  );

  test('gives the same numbers whatever stands beside it', async () => {
    const alone = await encodeSdPrompt(sd, [text]);
    const together = await encodeSdPrompt(sd, ['blurry', text, text]);
    expect(row(together.states, 1)).toEqual(alone.states.data);
    expect(row(together.states, 2)).toEqual(alone.states.data);
  });

  test('that is longer is encoded in chunks of 77, and the others are filled up', async () => {
    const { states } = await encodeSdPrompt(sd, ['', long]);
    const empty = (await encodeSdPrompt(sd, [''])).states.data;
    const start = (await encodeSdPrompt(sd, [long], { literal: true })).states.data;
    expect(states.dims).toEqual([2, 154, 32]);
    expect(row(states, 0)).toEqual(Float32Array.of(...empty, ...empty));
    expect(row(states, 1).subarray(0, start.length)).toEqual(start);
    expect(row(states, 1).subarray(start.length)).not.toEqual(empty);
  });

  test('has its weighted tokens multiplied, and its mean kept', async () => {
    const plain = (await encodeSdPrompt(sd, [text])).states.data;
    const weighted = (await encodeSdPrompt(sd, [text.replace('squirrel', '(squirrel:1.5)')])).states.data;
    const ratio = (token: number) => weighted[token * 32]! / plain[token * 32]!;
    expect(ratio(5) / ratio(0)).toBeCloseTo(1.5, 4);
    expect(ratio(6) / ratio(0)).toBeCloseTo(1, 5);
    expect(mean(weighted)).toBeCloseTo(mean(plain), 6);
  });

  test('cannot leave out layers when the export does not give them', async () => {
    await expect(encodeSdPrompt(sd, [text], { clipSkip: 1 })).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('found last_hidden_state float32[batch_size, sequence_length, 32]'),
    });
  });

  test('leaves out layers, final norm included, when the export gives them', async () => {
    const usual = await encodeSdPrompt(sdxl.first, [text]);
    const skipped = await encodeSdPrompt(sdxl.first, [text, long], { clipSkip: 1 });
    const again = await encodeSdPrompt(sdxl.first, [text], { clipSkip: 1 });
    expect(again.states.dims).toEqual(usual.states.dims);
    expect(again.states.data).not.toEqual(usual.states.data);
    expect(row(skipped.states, 0).subarray(0, 77 * 32)).toEqual(again.states.data);
  });

  test.each([3, -1, 0.5, NaN])('refuses to leave out %p layers of two', async (clipSkip) => {
    await expect(encodeSdPrompt(sdxl.first, [text], { clipSkip })).rejects.toMatchObject({
      code: 'invalid-input',
      message: `clip_skip must be a whole number from 0 to 2, and is ${clipSkip}.`,
    });
  });
});

describe('a prompt of SDXL', () => {
  test('that is longer gets as many chunks from both encoders, and the pooled text of the first chunk', async () => {
    const short = await encodeSdxlPrompt(sdxl, [text]);
    const { states, pooled } = await encodeSdxlPrompt(sdxl, [null, [text, long]]);
    const start = await encodeSdxlPrompt(sdxl, [long], { literal: true });
    expect(states.dims).toEqual([2, 154, 80]);
    expect(row(states, 0).every((value) => value === 0)).toBe(true);
    expect(row(pooled!, 0).every((value) => value === 0)).toBe(true);
    expect(row(pooled!, 1)).toEqual(start.pooled!.data);
    expect(row(states, 1).subarray(0, 32)).toEqual(short.states.data.subarray(0, 32));
  });

  test('that is left out is all zeros even alone', async () => {
    const { states, pooled } = await encodeSdxlPrompt(sdxl, [null]);
    expect([states.dims, pooled!.dims]).toEqual([
      [1, 77, 80],
      [1, 40],
    ]);
    expect(states.data.some((value) => value !== 0)).toBe(false);
  });

  test('counts its weights in the states of both encoders, not in the pooled text', async () => {
    const plain = await encodeSdxlPrompt(sdxl, [text]);
    const { states, pooled } = await encodeSdxlPrompt(sdxl, [text.replace('burger', '(burger:1.4)')]);
    expect(pooled).toEqual(plain.pooled);
    for (const column of [0, 79]) {
      const ratio = (token: number) =>
        states.data[token * 80 + column]! / plain.states.data[token * 80 + column]!;
      expect(ratio(8) / ratio(0)).toBeCloseTo(1.4, 4);
    }
  });

  test('takes earlier layers as they are', async () => {
    const usual = await encodeSdxlPrompt(sdxl, [text]);
    const skipped = await encodeSdxlPrompt(sdxl, [text], { clipSkip: 1 });
    expect(skipped.states.data).not.toEqual(usual.states.data);
    expect(skipped.pooled).toEqual(usual.pooled);
    await expect(encodeSdxlPrompt(sdxl, [text], { clipSkip: 2 })).rejects.toThrow('from 0 to 1, and is 2');
  });
});

test('encoders of which one is too wide for the transformer are refused', async () => {
  const encoders = { first: await open('sd3'), second: await open('sd3', '_2'), t5: null };
  await expect(encodeSd3Prompt(encoders, [text], { width: 64, maxSequenceLength: 8 })).rejects.toMatchObject({
    code: 'model-invalid',
  });
  await Promise.all([encoders.first, encoders.second].map(({ session }) => session.release()));
});
