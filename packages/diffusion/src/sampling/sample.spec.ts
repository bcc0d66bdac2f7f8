import type { OnnxSession } from '@atelier/onnx';
import { openReferenceModel } from '../../../../test/reference/open-model.js';
import type { Conditioning } from '../conditioning.js';
import { encodePrompt } from '../encode-prompt.js';
import type { DiffusionModel } from '../model.js';
import type { Step } from './denoise.js';
import { emptyLatents } from './empty-latents.js';
import { latentSpace } from './latent-space.js';
import { sample } from './sample.js';
import type { SampleRequest } from './sample-request.js';

let model: DiffusionModel;
let conditioning: Conditioning;
let opened: number;
let calls: number;

/** Counts what is open, and the calls of the denoiser. */
function counted(session: OnnxSession, file: string): OnnxSession {
  opened += 1;
  const { inputs, outputs, provider } = session;
  return {
    inputs,
    outputs,
    provider,
    run(feeds) {
      if (/^(unet|transformer)\//.test(file)) calls += 1;
      return session.run(feeds);
    },
    release() {
      opened -= 1;
      return session.release();
    },
  };
}

beforeEach(async () => {
  [opened, calls] = [0, 0];
  model = await openReferenceModel('sd', counted);
  conditioning = await encodePrompt(model, { prompts: ['a red fox'], negativePrompts: ['blurry'] });
});

const size = { width: 64, height: 48 };

const run = (request: Partial<SampleRequest> = {}) =>
  sample(model, {
    conditioning,
    latents: emptyLatents(model, size),
    seed: 3,
    steps: 4,
    guidanceScale: 5,
    scheduler: 'euler',
    ...request,
  });

const picture = (channels: number) => ({
  dims: [1, channels, 6, 8],
  data: Float32Array.from({ length: channels * 48 }, (_, i) => Math.sin(i)),
});

describe('a run', () => {
  it('tells of every step, with latents that are the result after the last one', async () => {
    const steps: Step[] = [];
    const { dims, data } = await run({ onStep: (step) => void steps.push(step) });
    expect(dims).toEqual([1, 4, 6, 8]);
    expect(steps.map(({ step, steps: of }) => [step, of])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
    expect(steps.at(-1)!.latents).toEqual({ dims, data });
    expect(steps[0]!.latents.data).not.toEqual(data);
  });

  it('ends at most one step after it was cancelled, and gives the denoiser back', async () => {
    const controller = new AbortController();
    const reason = new Error('the caller has gone');
    const stopped = run({
      signal: controller.signal,
      onStep: ({ step }) => (step === 2 ? controller.abort(reason) : undefined),
    });
    await expect(stopped).rejects.toBe(reason);
    expect([calls, opened]).toEqual([2, 0]);
  });

  it('lets other work of the process go on between its steps', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const seen: number[] = [];
    await run({ steps: 20, onStep: () => void seen.push(turns) });
    clearInterval(timer);
    expect(new Set(seen).size).toBeGreaterThan(10);
  });

  it('waits for what is done with a step', async () => {
    const order: string[] = [];
    await run({
      steps: 2,
      onStep: async ({ step }) => {
        order.push(`begin ${step}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push(`end ${step}`);
      },
    });
    expect(order).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('gives each picture of a list of seeds what its seed alone gives', async () => {
    const both = await run({ seed: [7, 8n], picturesPerPrompt: 2, scheduler: 'euler_a' });
    const second = await run({ seed: 8, scheduler: 'euler_a' });
    const half = both.data.subarray(both.data.length / 2);
    half.forEach((value, i) => expect(value).toBeCloseTo(second.data[i]!, 4));
  });

  it('does without the negative half up to a guidance of 1', async () => {
    const alone = await encodePrompt(model, { prompts: ['a red fox'], guided: false });
    const [one, half] = [
      await run({ guidanceScale: 1 }),
      await run({ guidanceScale: 0, conditioning: alone }),
    ];
    expect(one.data).toEqual(half.data);
  });

  it('goes on from the latents of another as from a picture', async () => {
    const first = await run();
    const second = await run({ latents: first, strength: 0.5, steps: 4 });
    expect(second.dims).toEqual(first.dims);
    expect(calls).toBe(4 + 2);
  });
});

describe('a strength that leaves no step', () => {
  it.each([
    ['sd', 0, 4],
    ['sd', 0.2, 4],
    ['sdxl', 0, 4],
    ['sd3', 0, 4],
    ['flux-dev', 0, 4],
    ['lcm', 0, 4],
    ['lcm', 0.01, 4],
  ])(
    'gives the picture back without a call of the denoiser: %s, %d of %d steps',
    async (name, strength, steps) => {
      model = await openReferenceModel(name, counted);
      conditioning = await encodePrompt(model, { prompts: ['a red fox'], negativePrompts: ['blurry'] });
      const { channels } = latentSpace(model);
      const given = picture(channels);
      const again = await run({
        latents: given,
        strength,
        steps,
        scheduler: undefined,
        picturesPerPrompt: 2,
      });
      expect(again.dims).toEqual([2, channels, 6, 8]);
      expect(again.data).toEqual(Float32Array.from([...given.data, ...given.data]));
      expect(calls).toBe(0);
    },
  );

  it('takes the middle of what a picture was encoded to, whatever the seed', async () => {
    const moments = picture(8);
    const again = await run({ latents: moments, strength: 0, seed: 1 });
    const { scaling } = latentSpace(model);
    again.data.forEach((value, i) => expect(value).toBeCloseTo(moments.data[i]! * scaling, 6));
  });

  it('keeps the picture under a mask too', async () => {
    const mask = { dims: [1, 1, 6, 8], data: new Float32Array(48).fill(1) };
    const given = picture(4);
    const again = await run({ latents: given, strength: 0, inpaint: { mask, masked: picture(4) } });
    expect(again.data).toEqual(given.data);
    expect(calls).toBe(0);
  });
});

describe('what does not fit the model', () => {
  const refusals: [string, Partial<SampleRequest>, RegExp][] = [
    ['latents of another model', { latents: picture(16) }, /16 channels and this model's have 4/],
    ['no steps', { steps: 0 }, /at least one step/],
    ['part of a step', { steps: 2.5 }, /at least one step/],
    [
      'a strength above 1',
      { latents: picture(4), strength: 1.2 },
      /strength must be from 0 to 1, and is 1.2/,
    ],
    [
      'a strength that is none',
      { latents: picture(4), strength: Number.NaN },
      /strength must be from 0 to 1/,
    ],
    ['a guidance that is no number', { guidanceScale: Infinity }, /guidanceScale must be a number/],
    ['too few seeds', { seed: [1], picturesPerPrompt: 2 }, /give 2 seeds or one for all/],
    ['no pictures', { picturesPerPrompt: 0 }, /at least one prompt/],
    [
      'a mask of another size',
      { inpaint: { mask: { dims: [1, 1, 6, 6], data: new Float32Array(36) }, masked: picture(4) } },
      /mask is 6 × 6 and the latents are 8 × 6/,
    ],
    ['a scheduler of another kind', { scheduler: 'flow_euler' }, /flow_euler/],
  ];

  it.each(refusals)('is refused: %s', async (_, request, message) => {
    await expect(run(request)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(message),
    });
    expect(opened).toBe(0);
  });

  it.each([
    [
      { width: 60, height: 48 },
      'The width must be a multiple of 16 for this model, and 60 is not; 48 or 64 is.',
    ],
    [{ width: 64, height: 8 }, 'The height must be a multiple of 16 for this model, and 8 is not; 16 is.'],
    [{ width: Number.NaN, height: 48 }, /width must be a multiple of 16/],
  ])('is refused: the size %j', (wrong, message) => {
    expect(() => emptyLatents(model, wrong)).toThrow(message);
  });

  it('is refused: guidance by a negative prompt that is not there', async () => {
    const alone = await encodePrompt(model, { prompts: ['a red fox'], guided: false });
    await expect(run({ conditioning: alone })).rejects.toThrow(/needs a negative prompt/);
  });

  it('is refused: a model for inpainting without a mask', async () => {
    model = await openReferenceModel('sd-inpaint');
    await expect(run()).rejects.toThrow('This model only inpaints: give it a picture and a mask.');
  });

  it('is refused: an upscaler', async () => {
    model = await openReferenceModel('rrdbnet-x4');
    expect(() => emptyLatents(model, size)).toThrow(/family upscaler and makes no pictures/);
  });
});
