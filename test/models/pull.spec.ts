import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pullModel, type PullRequest } from '../../src/server/models/pull-model.js';
import { Models } from '../../src/server/models/models.service.js';
import { referencePath } from '../reference/pack.js';
import { repositoryOf, StandInHub, type Repository } from './hub.js';

const unet = 'unet/model.onnx';
/** What repositories carry beside the files of a model. */
const ballast = {
  'README.md': 'read me',
  'unet/diffusion_pytorch_model.safetensors': 'weights of PyTorch',
  'unet/model_fp16.onnx': 'another export of the same graph',
  'safety_checker/model.onnx': 'not used',
  'samples/picture.png': 'a picture',
};

describe('fetching a model from a hub', () => {
  let home: string;
  let hub: StandInHub;
  let shown: string[];

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'atelier-home-'));
    shown = [];
    hub = await StandInHub.start({
      'acme/tiny-sd': repositoryOf(referencePath('models/sd'), ballast),
      'acme/outside': new Map([
        ...repositoryOf(referencePath('models/sd')),
        ...repositoryOf(referencePath('models/sd-external')),
      ]),
      'acme/Upscaler': new Map([
        ['onnx/model.onnx', await readFile(referencePath('models/rrdbnet-x4/model.onnx'))],
      ]),
      'acme/pytorch': textRepository({ 'model_index.json': '{}', 'unet/model.safetensors': 'x' }),
      'acme/video': textRepository({
        'model_index.json': '{"_class_name":"StableVideoDiffusionPipeline"}',
        'tokenizer/vocab.json': '{}',
        'unet/model.onnx': 'x'.repeat(20_000),
      }),
      'acme/wordless': textRepository({ 'unet/model.onnx': 'x' }),
      'acme/lost': textRepository({ 'model.onnx': 'no graph' }),
    });
  });

  afterEach(async () => {
    await hub.stop();
    await rm(home, { recursive: true });
  });

  const config = (token = '') => ({
    home,
    models: [],
    starterModels: false,
    defaultModel: '',
    hub: { url: hub.url, token },
  });
  const pull = (repository: string, more: Partial<PullRequest> = {}, token?: string) =>
    pullModel(
      config(token),
      { repository, ...more },
      { file: (name) => void shown.push(name), read: () => undefined },
    );
  const installed = async () => {
    const models = new Models(config());
    await models.refresh();
    return models.catalogue.list();
  };

  it('takes what the model needs and nothing else, and says where each file is from', async () => {
    const view = await pull('acme/tiny-sd');
    expect(view).toMatchObject({ id: 'tiny-sd', family: 'sd', licence: 'openrail', version: '0123456789ab' });
    const [model] = await installed();
    const files = model!.manifest.files.map((file) => file.path).sort();
    expect(hub.fetched.map((file) => file.replace('-/', ''))).toEqual(files);
    expect(files).toContain(unet);
    expect(files.join()).not.toMatch(/fp16|safety|README|safetensors|png/);
    expect(model!.manifest.files.find((file) => file.path === unet)).toEqual({
      path: unet,
      bytes: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: `${hub.url}/acme/tiny-sd/resolve/0123456789abcdef0123456789abcdef01234567/${unet}`,
    });
    expect(model!.folder).toBe(path.join(home, 'models/tiny-sd'));
    expect(await readdir(path.join(model!.folder, 'unet'))).toEqual(['config.json', 'model.onnx']);
  });

  it('takes weights that lie beside their graphs', async () => {
    await pull('acme/outside');
    expect(existsSync(path.join(home, 'models/outside/unet/model.onnx_data'))).toBe(true);
  });

  it('takes a single upscaler, under the id that is asked for', async () => {
    expect(await pull('acme/Upscaler')).toMatchObject({ id: 'upscaler', family: 'upscaler' });
    expect(await pull('acme/Upscaler', { id: 'mine' })).toMatchObject({ id: 'mine' });
  });

  it('goes on where a connection was cut, and does not fetch twice what has come', async () => {
    hub.cuts.set(unet, { after: 100_000, times: 3 });
    await pull('acme/tiny-sd');
    const ranges = hub.requests
      .filter(({ path: asked, range }) => asked.endsWith(`cdn/-/${unet}`) && range !== 'bytes=0-0')
      .map(({ range }) => range?.split('-')[0]);
    expect(ranges).toEqual([undefined, 'bytes=100000', 'bytes=200000', 'bytes=300000']);
    expect(await installed()).toHaveLength(1);
  });

  it('gives up when nothing more comes, and the next try goes on from there', async () => {
    hub.cuts.set(unet, { after: 100_000, times: 1 });
    const cutOff = pull('acme/tiny-sd');
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (hub.cuts.get(unet)!.times > 0) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
    await hub.stop();
    await expect(cutOff).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)/),
    });
    hub = await StandInHub.start({ 'acme/tiny-sd': repositoryOf(referencePath('models/sd'), ballast) });
    expect(await installed()).toEqual([]);
    await pull('acme/tiny-sd');
    expect(
      hub.requests.find(({ path: asked, range }) => asked.endsWith(unet) && range !== 'bytes=0-0')?.range,
    ).toMatch(/^bytes=[1-9]\d{4,}-/);
    expect(hub.fetched).not.toContain('-/tokenizer/vocab.json');
    expect(await installed()).toHaveLength(1);
  }, 60_000);

  it('starts a file anew when the hub has no ranges', async () => {
    hub.hasRanges = false;
    hub.cuts.set(unet, { after: 100_000, times: 1 });
    await pull('acme/tiny-sd');
    expect(await installed()).toHaveLength(1);
  });

  it.each([unet, 'tokenizer/merges.txt'])(
    'deletes %s when its content is not what the hub says',
    async (file) => {
      hub.damaged.add(file);
      await expect(pull('acme/tiny-sd')).rejects.toMatchObject({
        code: 'model-invalid',
        message: expect.stringContaining(`${file} came with another content`),
      });
      expect(existsSync(path.join(home, 'models/tiny-sd', file))).toBe(false);
      expect(await installed()).toEqual([]);
      hub.damaged.clear();
      await pull('acme/tiny-sd');
      expect(await installed()).toHaveLength(1);
    },
  );

  it('does not begin what the disk has no room for', async () => {
    hub.sizes.set(unet, 1e16);
    await expect(pull('acme/tiny-sd')).rejects.toMatchObject({
      code: 'storage-full',
      message: expect.stringMatching(/^acme\/tiny-sd needs 10000 TB and there is room for /),
    });
    expect(hub.fetched.join()).not.toContain('.onnx');
  });

  it.each([
    ['acme/pytorch', 'model-missing', /optimum-cli export onnx -m acme\/pytorch/],
    ['acme/video', 'model-invalid', /StableVideoDiffusionPipeline/],
    ['acme/wordless', 'model-missing', /has no tokenizer/],
    ['acme/lost', 'model-invalid', /^model\.onnx: /],
    ['acme/absent', 'not-found', /has no model acme\/absent/],
    ['acme/../etc', 'invalid-input', /OWNER\/NAME/],
  ])('says what is wrong with %s', async (repository, code, message) => {
    await expect(pull(repository)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(hub.fetched.filter((file) => file.endsWith('unet/model.onnx'))).toEqual([]);
  });

  it('shows its token, and says when one is needed', async () => {
    hub.token = 'hf_secret';
    await expect(pull('acme/Upscaler')).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/set HF_TOKEN/),
    });
    await expect(pull('acme/Upscaler', {}, 'secret')).rejects.toMatchObject({ code: 'invalid-input' });
    await pull('acme/Upscaler', {}, 'hf_secret');
    expect(await installed()).toHaveLength(1);
  });

  it('does not take an id that another model has', async () => {
    await pull('acme/Upscaler', { id: 'mine' });
    await pull('acme/Upscaler', { id: 'mine' });
    await rm(path.join(home, 'models/mine/onnx'), { recursive: true });
    const { addModel } = await import('../../src/server/models/add-model.js');
    const request = { folder: referencePath('models/srvgg-x4'), id: 'mine' };
    const silent = { file: () => undefined, read: () => undefined };
    await expect(addModel(config(), request, silent)).rejects.toMatchObject({ code: 'conflict' });
  });
});

function textRepository(files: Record<string, string>): Repository {
  return new Map(Object.entries(files).map(([file, text]) => [file, Buffer.from(text)]));
}
