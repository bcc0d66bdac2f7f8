import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ModelFolders } from './model-folders.js';

const manifest = {
  id: 'tiny-sd',
  name: 'Tiny',
  version: '1.0.0',
  family: 'sd',
  files: [{ path: 'unet/model.onnx', bytes: 10, sha256: 'a'.repeat(64), source: 'https://example.org/x' }],
  memory: { weights: 900, working: 300 },
  licence: 'MIT',
};

describe('ModelFolders', () => {
  let folder: string;
  let folders: ModelFolders;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atelier-models-'));
    folders = new ModelFolders([folder, path.join(folder, 'absent')]);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const add = async (name: string, content: unknown): Promise<void> => {
    await mkdir(path.join(folder, name), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(path.join(folder, name, 'model.json'), text);
  };

  it('read manifests, with what they leave out filled in', async () => {
    await add('tiny', manifest);
    await mkdir(path.join(folder, 'no-model'));
    expect(await folders.read()).toBe(true);
    expect(folders.models).toEqual([
      {
        manifest: {
          ...manifest,
          capabilities: [],
          defaults: {},
          limits: {},
          memory: { weights: 900, working: 300, attention: 0, parts: {} },
          priority: 0,
        },
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        folder: path.join(folder, 'tiny'),
        place: path.join(folder, 'tiny'),
      },
    ]);
  });

  it('notice models that come, change and go, and nothing else', async () => {
    expect(await folders.read()).toBe(false);
    await add('tiny', manifest);
    expect(await folders.read()).toBe(true);
    expect(await folders.read()).toBe(false);
    const before = folders.models[0]?.sha256;
    await add('tiny', { ...manifest, memory: { weights: 901 } });
    expect(await folders.read()).toBe(true);
    expect(folders.models[0]?.sha256).not.toBe(before);
    await rm(path.join(folder, 'tiny'), { recursive: true });
    expect(await folders.read()).toBe(true);
    expect(folders.models).toEqual([]);
  });

  it('give a model that lies elsewhere the same digest', async () => {
    await add('here', manifest);
    await folders.read();
    const before = folders.models[0]!;
    await add('here', { ...manifest, folder: '/data/tiny' });
    await folders.read();
    expect(folders.models).toEqual([
      expect.objectContaining({ sha256: before.sha256, folder: '/data/tiny', place: before.place }),
    ]);
  });

  it('take the first of two models with one id and report the second', async () => {
    await add('a', manifest);
    await add('b', { ...manifest, name: 'Other' });
    await folders.read();
    expect(folders.models.map((model) => model.manifest.name)).toEqual(['Tiny']);
    expect(folders.problems).toMatchObject([{ code: 'model-invalid', details: { model: 'b' } }]);
  });

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['no family', { ...manifest, family: undefined }, 'family'],
    ['a file outside', { ...manifest, files: [{ path: '../x' }] }, 'below the model'],
    ['an absolute file', { ...manifest, files: [{ path: '/etc/passwd' }] }, 'below the model'],
    ['a relative folder', { ...manifest, folder: 'x' }, 'absolute'],
    ['a bad id', { ...manifest, id: '../x' }, 'lower-case'],
    ['an upscale that does not enlarge', { ...manifest, upscale: { scale: 1 } }, 'upscale.scale'],
  ])('report a manifest with %s and go on', async (_what, content, says) => {
    await add('bad', content);
    await add('good', manifest);
    await folders.read();
    expect(folders.models).toHaveLength(1);
    expect(folders.problems).toMatchObject([{ code: 'model-invalid', details: { model: 'bad' } }]);
    expect(folders.problems[0]?.message).toContain(says);
    expect(JSON.stringify(folders.problems)).not.toContain(folder);
  });
});
