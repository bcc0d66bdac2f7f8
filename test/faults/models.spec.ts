import { jest } from '@jest/globals';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { call, upload } from '../harness/api.js';
import { type JobAnswer, untilEnded } from '../harness/jobs.js';
import { addReferenceModel } from '../harness/models.js';
import { startServer, type TestServer } from '../harness/server.js';
import { makeWritable } from '../diffusion/model-copy.js';
import { atelier } from '../journeys/terminal.js';
import { referencePath } from '../reference/pack.js';
import { ledgerProblems, transactionsByJob } from './ledger.js';
import { childrenOf } from './processes.js';

// Models that are not what they should be, and requests that no model can meet.
jest.setTimeout(60_000);

let home: string;
let folder: string;
let server: TestServer;
let workers: number[];
const files: Record<string, string> = {};
const failed: string[] = [];

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-bad-models-'));
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-models-'));
  server = await startServer({ home, env: { ATELIER_DEVICES: 'cpu:0=1500' } });
  for (const name of ['sd', 'sd3', 'rrdbnet-x4']) await addReferenceModel(server, name);
  for (const [name, file] of Object.entries({
    image: 'image-64x48-3.png',
    mask: 'mask-64x48-3.png',
    otherMask: 'mask-100x90-5.png',
  })) {
    const bytes = await readFile(referencePath('goldens/inputs', file));
    files[name] = (await upload(server, bytes, file)).body.file_id;
  }
  await expectMakes();
  workers = await childrenOf(server.process.pid!);
}, 90_000);

afterAll(async () => {
  await server.kill();
  for (const each of [home, folder]) await rm(each, { recursive: true, force: true });
});

const execute = (tool: string, inputs: object) =>
  call<JobAnswer>(server, 'POST', `/v1/tools/${tool}/execute`, { body: { inputs } });
const good = { prompt: 'a red fox', model: 'sd', width: 64, height: 48, steps: 2 };

let seed = 0;
async function expectMakes(more: object = {}): Promise<void> {
  const { body } = await execute('text_to_image', { ...good, seed: ++seed, ...more });
  expect(await untilEnded(server, body.job_id)).toMatchObject({ status: 'completed', credits_used: 5 });
}

/** What was wrong, whether the request was refused or its job failed; nothing was paid for it. */
async function refusal(
  tool: string,
  inputs: object,
): Promise<{ status: number; code: string; message: string }> {
  const { status, body } = await execute(tool, inputs);
  const job = status === 202 ? await untilEnded(server, body.job_id) : null;
  if (job !== null) {
    failed.push(job.job_id);
    expect(job).toMatchObject({ status: 'failed', credits_used: 0 });
  }
  const { code, message } = (job ?? body).error!;
  expect(message).toMatch(/^\S.*[.?]$/s);
  expect(JSON.stringify(job ?? body)).not.toMatch(
    /node_modules|\.[jt]s:\d|\.cc:\d|\/home\/|\/tmp\/|\/work\//,
  );
  return { status, code, message };
}

async function copyOf(model: string, id: string): Promise<string> {
  const copy = path.join(folder, id);
  await cp(referencePath('models', model), copy, { recursive: true });
  await makeWritable(copy);
  return copy;
}

/** Puts a part of another model in the place of its own. */
async function replacePart(copy: string, part: string, ...other: string[]): Promise<void> {
  await cp(referencePath('models', ...other), path.join(copy, part), { recursive: true });
  await makeWritable(copy);
}

const add = (id: string) => atelier(['models', 'add', path.join(folder, id)], server);
const unet = 'unet/model.onnx';

describe('a model of which a file, after it was added,', () => {
  const spoilt: [string, (file: string) => Promise<void>, RegExp][] = [
    ['is gone', (file) => rm(file), /unet\/model\.onnx .*missing/],
    ['is cut off', (file) => truncate(file, 1000), /unet\/model\.onnx .*another size/],
    [
      'has one bit changed',
      async (file) => {
        const bytes = await readFile(file);
        bytes[bytes.length >> 1]! ^= 1;
        await writeFile(file, bytes);
      },
      /unet\/model\.onnx .*damaged/,
    ],
  ];

  it.each(spoilt)('%s is not run', async (what, spoil, message) => {
    const id = what.replaceAll(' ', '-');
    const copy = await copyOf('sd', id);
    expect(await add(id)).toMatchObject({ code: 0 });
    await spoil(path.join(copy, unet));
    const error = await refusal('text_to_image', { ...good, model: id });
    expect(error).toMatchObject({
      status: 202,
      code: 'model_invalid',
      message: expect.stringMatching(message),
    });
    await expectMakes();
  });
});

describe('a model that was never whole', () => {
  const notOnnx = /unet\/model\.onnx: The file is no ONNX model, or it was not downloaded to its end/;

  it.each<[string, (copy: string) => Promise<void>, RegExp]>([
    [
      'without a denoiser',
      (copy) => rm(path.join(copy, 'unet'), { recursive: true }),
      /Looked for a denoiser/,
    ],
    ['without a file of it', (copy) => rm(path.join(copy, unet)), /Looked for a denoiser/],
    ['with noise for a graph', (copy) => writeFile(path.join(copy, unet), Buffer.alloc(5000, 0xab)), notOnnx],
    ['with an empty graph', (copy) => writeFile(path.join(copy, unet), ''), notOnnx],
    ['with a graph that is cut off', (copy) => truncate(path.join(copy, unet), 100_000), notOnnx],
    [
      'with a model_index.json that is none',
      (copy) => writeFile(path.join(copy, 'model_index.json'), '{'),
      /model_index\.json is no JSON/,
    ],
  ])('cannot be added: %s', async (what, spoil, message) => {
    const id = what.replaceAll(/\W+/g, '-');
    await spoil(await copyOf('sd', id));
    const { code, stderr } = await add(id);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    const error = await refusal('text_to_image', { ...good, model: id });
    expect(error).toMatchObject({ status: 422, code: 'model_not_installed' });
  });

  it('cannot be added with a denoiser of another family, with a table of what does not fit', async () => {
    const copy = await copyOf('sd', 'foreign');
    await replacePart(copy, 'unet', 'sdxl', 'unet');
    const { code, stderr } = await add('foreign');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^input +expected +found$/m);
    expect(stderr).toMatch(/^text_embeds +– +float32 \[batch_size, 40\]$/m);
  });

  it.each([
    ['a text encoder of another', 'sdxl', 'text_encoder_2', 'text_encoder', /encoder_hidden_states.*48/s],
    ['a decoder of another', 'sd3', 'vae_decoder', 'vae_decoder', /takes 4 channels.*must be 16/],
  ])('says what does not fit when it is run: %s', async (_, other, from, part, message) => {
    const id = `${other}-${from}`.replaceAll('_', '-');
    const copy = await copyOf('sd', id);
    await replacePart(copy, part, other, from);
    expect(await add(id)).toMatchObject({ code: 0 });
    const error = await refusal('text_to_image', { ...good, model: id });
    expect(error).toMatchObject({ code: 'model_invalid' });
    expect(error.message).toMatch(message);
    await expectMakes();
  });
});

describe('a request that no model can meet', () => {
  const image = () => ({ image: files['image'] });
  const both = () => ({ ...image(), mask: files['mask'] });

  it.each<[string, object, number, string, RegExp]>([
    ['an unknown model', { model: 'stable-confusion' }, 422, 'model_not_installed', /stable-confusion/],
    ['a model that is misspelt', { model: 'sd4' }, 422, 'model_not_installed', /“sd3?”/],
    ['a model of another family', { model: 'rrdbnet-x4' }, 400, 'invalid_input', /upscaler/],
    ['a model that is no name', { model: 7 }, 400, 'invalid_input', /model/],
    ['an unknown scheduler', { scheduler: 'euler_b' }, 400, 'invalid_input', /scheduler/],
    ['no prompt', { prompt: undefined }, 400, 'invalid_input', /prompt/],
    ['a prompt of 100,000 characters', { prompt: 'x'.repeat(100_000) }, 400, 'invalid_input', /20,?000/],
    ['a prompt that is a number', { prompt: 7 }, 400, 'invalid_input', /text/],
    ['a prompt that is a list', { prompt: ['a', 'b'] }, 400, 'invalid_input', /text/],
    ['a negative prompt that is an object', { negative_prompt: {} }, 400, 'invalid_input', /text/],
    ['a width below all bounds', { width: 4 }, 400, 'invalid_input', /width/],
    ['a height above all bounds', { height: 8200 }, 400, 'invalid_input', /height/],
    ['a width that is no number', { width: 'wide' }, 400, 'invalid_input', /width/],
    ['part of a pixel', { width: 64.5 }, 400, 'invalid_input', /width/],
    ['a size beyond the memory', { width: 4096, height: 4096 }, 422, 'insufficient_memory', /smaller/],
    ['the largest size', { width: 8192, height: 8192 }, 422, 'insufficient_memory', /smaller/],
    ['no steps', { steps: 0 }, 400, 'invalid_input', /steps/],
    ['too many steps', { steps: 1001 }, 400, 'invalid_input', /steps/],
    ['a guidance below 0', { guidance_scale: -1 }, 400, 'invalid_input', /guidance_scale/],
    ['a guidance above 100', { guidance_scale: 101 }, 400, 'invalid_input', /guidance_scale/],
    ['a guidance that is no number', { guidance_scale: 'much' }, 400, 'invalid_input', /guidance_scale/],
    ['too many pictures', { num_images: 17 }, 400, 'invalid_input', /num_images/],
    ['a seed between two', { seed: 0.5 }, 400, 'invalid_input', /seed/],
    ['an input that there is not', { promt: 'x' }, 400, 'invalid_input', /promt/],
  ])('is refused: %s', async (_, wrong, status, code, message) => {
    const error = await refusal('text_to_image', { ...good, ...wrong });
    expect(error).toMatchObject({ status, code });
    expect(error.message).toMatch(message);
  });

  it.each<[string, string, () => object, RegExp]>([
    [
      'a width that the model does not take',
      'text_to_image',
      () => ({ width: 72 }),
      /multiple of 16.*64 or 80/,
    ],
    ['a scheduler of another kind', 'text_to_image', () => ({ scheduler: 'flow_euler' }), /choose one of/],
    [
      'a picture to follow, and no ControlNet',
      'text_to_image',
      () => ({ control_image: files['image'] }),
      /control_model/,
    ],
    [
      'a mask of another size',
      'inpaint',
      () => ({ ...image(), mask: files['otherMask'] }),
      /100 × 90.*64 × 48/,
    ],
  ])('fails with what to do: %s', async (_, tool, wrong, message) => {
    const error = await refusal(tool, { ...good, ...wrong() });
    expect(error).toMatchObject({ status: 202, code: 'invalid_input' });
    expect(error.message).toMatch(message);
  });

  it.each([-0.1, 1.1, 'half', true])('is refused: a strength of %p', async (strength) => {
    for (const [tool, pictures] of [
      ['image_to_image', image()],
      ['inpaint', both()],
    ] as const) {
      const error = await refusal(tool, { ...good, ...pictures, strength });
      expect(error).toMatchObject({
        status: 400,
        code: 'invalid_input',
        message: expect.stringMatching(/strength/),
      });
    }
  });

  it('is refused or fails: an image that is no image', async () => {
    const bytes = await readFile(referencePath('goldens/inputs/image-64x48-3.png'));
    const cut = (await upload(server, bytes.subarray(0, bytes.length / 2), 'cut.png')).body.file_id;
    for (const id of [cut, 'file_0', 'picture.png', 7]) {
      for (const tool of ['image_to_image', 'upscale']) {
        const model = tool === 'upscale' ? 'rrdbnet-x4' : 'sd';
        const inputs = tool === 'upscale' ? { model } : { ...good, model };
        expect(await refusal(tool, { ...inputs, image: id })).toMatchObject({
          code: expect.stringMatching(/^(invalid_input|unsupported_media_type)$/),
        });
      }
    }
    const text = await upload(server, Buffer.from('no picture'), 'picture.png');
    if (text.status === 201) {
      const error = await refusal('image_to_image', { ...good, image: text.body.file_id });
      expect(error).toMatchObject({ code: 'invalid_input' });
    } else expect(text.status).toBe(415);
  });

  it('fails for want of memory: a picture that is too large to be painted over', async () => {
    const bytes = await sharp({ create: { width: 4096, height: 3072, channels: 3, background: '#369' } })
      .png()
      .toBuffer();
    const photo = (await upload(server, bytes, 'photo.png')).body.file_id;
    const { width: _, height: __, ...inputs } = good;
    const error = await refusal('image_to_image', { ...inputs, image: photo });
    expect(error).toMatchObject({ code: 'insufficient_memory', message: expect.stringMatching(/smaller/) });
    const painted = { ...inputs, image: photo, width: 64, height: 48 };
    const { body } = await execute('image_to_image', painted);
    expect(await untilEnded(server, body.job_id)).toMatchObject({ status: 'completed' });
  });

  it('is not one with an empty prompt', async () => {
    await expectMakes({ prompt: '' });
    await expectMakes({ prompt: '', negative_prompt: '', model: 'sd3' });
  });
});

describe('after all of that', () => {
  it('the workers are the same processes and make pictures, and nothing was paid for what failed', async () => {
    expect(await childrenOf(server.process.pid!)).toEqual(workers);
    await expectMakes();
    await server.stop();
    expect(await ledgerProblems(home)).toEqual([]);
    const transactions = await transactionsByJob(home);
    expect(failed.length).toBeGreaterThan(5);
    for (const jobId of failed) expect(transactions.get(jobId)).toEqual(['hold', 'release']);
  });
});
