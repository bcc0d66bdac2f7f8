import { cp, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { addModel } from '../../src/server/models/add-model.js';
import { hasReference, referencePath } from '../reference/pack.js';

const silent = { file: () => undefined, read: () => undefined };

describe('adding a model', () => {
  let home: string;
  let folder: string;

  beforeEach(async () => {
    const parent = await mkdtemp(path.join(os.tmpdir(), 'atelier-test-'));
    home = path.join(parent, 'home');
    folder = path.join(parent, 'My Model');
    await cp(referencePath('models/sd'), folder, { recursive: true });
  });
  afterEach(() => rm(path.dirname(home), { recursive: true }));

  const add = (place: string, id?: string) =>
    addModel({ home, models: [], starterModels: false, defaultModel: '' }, { folder: place, id }, silent);

  const layouts: [string, string, string[]][] = [
    ['models/sd', 'sd', ['text-to-image', 'image-to-image', 'inpaint']],
    ['models/sd-external', 'sd', ['text-to-image', 'image-to-image', 'inpaint']],
    ['models/sd-legacy', 'sd', ['text-to-image', 'image-to-image', 'inpaint']],
    ['models/sd-inpaint', 'sd', ['inpaint']],
    ['models/lcm', 'lcm', ['text-to-image', 'image-to-image', 'inpaint']],
    ['models/sd3', 'sd3', ['text-to-image', 'image-to-image', 'inpaint']],
    ['models/flux-dev', 'flux', ['text-to-image', 'image-to-image', 'inpaint']],
    ['models/flux', 'flux', ['text-to-image', 'image-to-image', 'inpaint']],
    ['models/controlnet', 'sd', ['text-to-image', 'image-to-image', 'inpaint', 'control']],
    ['models/controlnet/controlnet', 'controlnet', ['control']],
    ['models/rrdbnet-x4', 'upscaler', ['upscale']],
    ['models/rrdbnet-x4-fixed32', 'upscaler', ['upscale']],
  ];
  // The selection that the project carries leaves some out.
  const there = layouts.filter(([model]) => hasModel(model));

  it.each(there)('recognises %s as %s', async (model, family, capabilities) => {
    expect(await add(referencePath(model))).toMatchObject({ family, capabilities });
  });

  it('writes what it has found into a manifest, which refers to the folder', async () => {
    await add(folder, 'mine');
    const manifest: unknown = JSON.parse(await readFile(path.join(home, 'models/mine/model.json'), 'utf8'));
    expect(manifest).toMatchObject({
      id: 'mine',
      name: 'My Model',
      folder,
      memory: { weights: 4, parts: { text_encoder: 1, denoiser: 1, vae_encoder: 1, vae_decoder: 1 } },
      limits: { multipleOf: 16 },
      defaults: { width: 128, height: 128, steps: 50, guidance_scale: 7.5 },
    });
    expect((manifest as { files: unknown[] }).files).toContainEqual({
      path: 'unet/config.json',
      bytes: 1649,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('reckons with gigabytes for a model of the usual size', async () => {
    await writeFile(
      path.join(folder, 'unet/config.json'),
      '{"sample_size":64,"block_out_channels":[320,640,1280,1280]}',
    );
    await writeFile(path.join(folder, 'vae_decoder/config.json'), '{"block_out_channels":[128,256,512,512]}');
    const { memoryMiB, defaults } = await add(folder);
    expect(defaults).toMatchObject({ width: 512, height: 512 });
    expect(memoryMiB.working).toBe(1024);
  });

  it.each<[string, (model: string) => Promise<void>, RegExp]>([
    [
      'is cut off',
      (model) => truncate(path.join(model, 'unet/model.onnx'), 5000),
      /unet\/model\.onnx: .*download/,
    ],
    ['is no graph', (model) => writeFile(path.join(model, 'unet/model.onnx'), 'x'), /unet\/model\.onnx: /],
    [
      'lacks its VAE',
      (model) => rm(path.join(model, 'vae_decoder'), { recursive: true }),
      /vae_decoder\/model\.onnx/,
    ],
    [
      'lacks its tokenizer',
      (model) => rm(path.join(model, 'tokenizer'), { recursive: true }),
      /tokenizer\/vocab\.json/,
    ],
    [
      'is no model',
      (model) => rename(path.join(model, 'unet'), path.join(model, 'x')),
      /no model in ONNX form/,
    ],
    [
      'is of a family that is not known here',
      (model) => writeFile(path.join(model, 'model_index.json'), '{"_class_name":"KandinskyPipeline"}'),
      /KandinskyPipeline/,
    ],
    [
      'has a broken index',
      (model) => writeFile(path.join(model, 'model_index.json'), '{'),
      /model_index\.json is no/,
    ],
  ])(
    'says in one sentence why a folder that %s cannot be added, and leaves nothing behind',
    async (_what, spoil, says) => {
      await spoil(folder);
      const failure: unknown = await add(folder).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        message: expect.stringMatching(/^The folder My Model cannot be added: [^\n]+$/),
      });
      expect(failure).toMatchObject({ message: expect.stringMatching(says) });
      expect(await readdir(path.join(home, 'models')).catch(() => [])).toEqual([]);
    },
  );

  it('names the weights that a graph misses', async () => {
    await cp(referencePath('models/sd-external'), folder, { recursive: true });
    await rm(path.join(folder, 'unet/model.onnx_data'));
    await expect(add(folder)).rejects.toMatchObject({
      message: expect.stringContaining('unet/model.onnx_data'),
    });
  });

  it('takes a folder again under its id, but no other one', async () => {
    const before = await add(folder, 'mine');
    await writeFile(path.join(folder, 'scheduler/scheduler_config.json'), '{"_class_name":"DDIMScheduler"}');
    expect((await add(folder, 'mine')).sha256).not.toBe(before.sha256);
    await expect(add(referencePath('models/rrdbnet-x4'), 'mine')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^There is a model mine already; choose another name with --id/),
    });
  });

  it.each([
    ['/nowhere/at/all', undefined, /^There is no folder \/nowhere\/at\/all\.$/],
    [referencePath('models/rrdbnet-x4/model.onnx'), undefined, /is a file; put it into a folder of its own/],
    [referencePath('models/rrdbnet-x4'), 'Bad Name', /“Bad Name” cannot name a model/],
  ])('answers %s with --id %s with a sentence', async (place, id, message) => {
    await expect(add(place, id)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(message),
    });
  });
});

/** Whole, not only some of its files. */
function hasModel(folder: string): boolean {
  return ['model_index.json', 'model.onnx', 'config.json'].some((name) => hasReference(folder, name));
}
