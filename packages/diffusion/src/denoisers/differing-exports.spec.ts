import type { OnnxSession, Tensor, TensorInfo } from '@atelier/onnx';
import { openReferenceModel, parts, type Disguise } from '../../../../test/reference/open-model.js';
import { encodePrompt } from '../encode-prompt.js';
import type { DiffusionModel } from '../model.js';
import { emptyLatents } from '../sampling/empty-latents.js';
import { sample } from '../sampling/sample.js';
import type { SampleRequest } from '../sampling/sample-request.js';

const size = { width: 64, height: 48 };

async function run(model: DiffusionModel, request: Partial<SampleRequest> = {}): Promise<Float32Array> {
  const conditioning = await encodePrompt(model, {
    prompts: ['a red fox in the snow'],
    negativePrompts: ['blurry'],
    maxSequenceLength: 16,
  });
  const latents = emptyLatents(model, size);
  const { data } = await sample(model, {
    conditioning,
    latents,
    seed: 3,
    steps: 2,
    guidanceScale: 6,
    ...request,
  });
  return data;
}

function expectSame(found: Float32Array, expected: Float32Array): void {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
  expect(worst / largest).toBeLessThan(1e-5);
}

const only =
  (folder: string, disguise: (session: OnnxSession) => OnnxSession): Disguise =>
  (session, file) =>
    file.startsWith(`${folder}/`) ? disguise(session) : session;

/** A graph that was traced with so many items at once, and takes no other number. */
const traced =
  (batch: number) =>
  (session: OnnxSession): OnnxSession => ({
    ...parts(session),
    inputs: session.inputs.map((input) => ({
      ...input,
      dims: input.dims.map((dim, axis) => (axis === 0 ? batch : dim)),
    })),
    run(feeds) {
      for (const { dims } of Object.values(feeds)) if (dims.length > 0) expect(dims[0]).toBe(batch);
      return session.run(feeds);
    },
  });

/** A graph with other names, by those of optimum. */
const renamed =
  (names: (name: string) => string) =>
  (session: OnnxSession): OnnxSession => {
    const other = (info: TensorInfo) => ({ ...info, name: names(info.name) });
    return {
      ...parts(session),
      inputs: session.inputs.map(other),
      outputs: session.outputs.map(other),
      async run(feeds) {
        const own: [string, Tensor][] = session.inputs.map(({ name }) => [name, feeds[names(name)]!]);
        const outputs = await session.run(Object.fromEntries(own));
        return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [names(name), tensor]));
      },
    };
  };

describe('a denoiser', () => {
  it.each([1, 3, 4])('that takes %i items at once gives the numbers of one that takes any', async (batch) => {
    const many = { picturesPerPrompt: 2 };
    const expected = await run(await openReferenceModel('sd'), many);
    const fixed = await openReferenceModel('sd', only('unet', traced(batch)));
    expectSame(await run(fixed, many), expected);
  });

  it('of which one item is too many is fed it more than once', async () => {
    const expected = await run(await openReferenceModel('sd'), { guidanceScale: 1 });
    const fixed = await openReferenceModel('sd', only('unet', traced(2)));
    expectSame(await run(fixed, { guidanceScale: 1 }), expected);
  });

  it('with other names is understood by the ranks of its inputs', async () => {
    const names: Record<string, string> = {
      sample: 'x',
      timestep: 't',
      encoder_hidden_states: 'context',
      out_sample: 'noise_pred',
    };
    const expected = await run(await openReferenceModel('sd'));
    const other = await openReferenceModel(
      'sd',
      only(
        'unet',
        renamed((name) => names[name]!),
      ),
    );
    expectSame(await run(other), expected);
  });

  it('may take the time as one value', async () => {
    const one = (session: OnnxSession): OnnxSession => ({
      ...parts(session),
      inputs: session.inputs.map((input) => (input.name === 'timestep' ? { ...input, dims: [1] } : input)),
      run({ timestep, ...feeds }) {
        expect(timestep!.dims).toEqual([1]);
        return session.run({ ...feeds, timestep: { dims: [], data: timestep!.data } });
      },
    });
    const expected = await run(await openReferenceModel('sd'));
    expectSame(await run(await openReferenceModel('sd', only('unet', one))), expected);
  });

  it('of FLUX may want its ids with one more axis', async () => {
    const ids = ['img_ids', 'txt_ids'];
    const deeper = (session: OnnxSession): OnnxSession => ({
      ...parts(session),
      inputs: session.inputs.map((input) =>
        ids.includes(input.name) ? { ...input, dims: ['b', ...input.dims] } : input,
      ),
      run(feeds) {
        const flat = ids.map((name): [string, Tensor] => {
          expect(feeds[name]!.dims).toHaveLength(3);
          return [name, { dims: feeds[name]!.dims.slice(1), data: feeds[name]!.data }];
        });
        return session.run({ ...feeds, ...Object.fromEntries(flat) });
      },
    });
    const expected = await run(await openReferenceModel('flux-dev'));
    expectSame(await run(await openReferenceModel('flux-dev', only('transformer', deeper))), expected);
  });

  it('of another family than its folder says is refused with a table', async () => {
    const other = only('unet', (session) => ({
      ...parts(session),
      inputs: session.inputs.map((input) =>
        input.name === 'encoder_hidden_states' ? { ...input, dims: ['b', 32] } : input,
      ),
    }));
    await expect(run(await openReferenceModel('sd', other))).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringMatching(
        /does not fit as denoiser of the family sd\.\n[^]*\[batch, tokens, width\] +float32 \[b, 32\]/,
      ),
    });
  });
});

describe('a ControlNet', () => {
  const picture = {
    dims: [1, 3, size.height, size.width],
    data: Float32Array.from({ length: 3 * size.height * size.width }, (_, i) => (i % 97) / 96),
  };
  const steered = async (net: Disguise, scale: number, times = 1) => {
    const model = await openReferenceModel('controlnet', net);
    const control = { model, picture, scale };
    return run(model, { controls: Array.from({ length: times }, () => control) });
  };
  const plain: Disguise = (session) => session;

  it('that has no input for its scale is scaled here', async () => {
    const unscaled = only('controlnet', (session) => ({
      ...parts(session),
      inputs: session.inputs.filter(({ name }) => name !== 'conditioning_scale'),
      run: (feeds) => session.run({ ...feeds, conditioning_scale: { dims: [], data: Float32Array.of(1) } }),
    }));
    expectSame(await steered(unscaled, 0.6), await steered(plain, 0.6));
  });

  it('is joined to the UNet by place where the names differ', async () => {
    const toShort = (name: string) => name.replace(/_additional_residual$/, '');
    const toNumber = (name: string) =>
      /residual/.test(name) ? String(name.startsWith('mid') ? 99 : 10 + Number(/\d/.exec(name)![0])) : name;
    const other: Disguise = (session, file) =>
      file.startsWith('unet/')
        ? renamed(toShort)(session)
        : only('controlnet', renamed(toNumber))(session, file);
    expectSame(await steered(other, 1), await steered(plain, 1));
  });

  it('adds what it says to what others say', async () => {
    expectSame(await steered(plain, 0.5, 2), await steered(plain, 1));
  });

  it('at work changes the picture, and a UNet made for one works without', async () => {
    const [silent, none, full] = [
      await steered(plain, 0),
      await steered(plain, 1, 0),
      await steered(plain, 1),
    ];
    expectSame(none, silent);
    expect(full).not.toEqual(none);
  });

  it('cannot steer a UNet that has no inputs for it', async () => {
    const model = await openReferenceModel('sd');
    const net = await openReferenceModel('controlnet');
    await expect(run(model, { controls: [{ model: net, picture }] })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('unet/model.onnx has no inputs for a ControlNet'),
    });
  });
});
