import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ModelCatalogue } from './models.js';

const manifest = {
  id: 'tiny-sd',
  name: 'Tiny',
  version: '1.0.0',
  family: 'sd1',
  files: [{ path: 'unet/model.onnx', bytes: 10, sha256: 'a'.repeat(64), source: 'https://example.org/x' }],
  memory: { weights: 900, working: 300 },
  licence: 'MIT',
};

describe('ModelCatalogue', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atelier-models-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const add = async (name: string, content: unknown, base = folder): Promise<void> => {
    await mkdir(path.join(base, name), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(path.join(base, name, 'model.json'), text);
  };

  it('reads manifests and gives the paths of the files that they list', async () => {
    await add('tiny-sd', manifest);
    await mkdir(path.join(folder, 'no-model'));
    const catalogue = await ModelCatalogue.read([folder, path.join(folder, 'absent')]);
    const model = catalogue.get('tiny-sd');
    expect(catalogue.list()).toEqual([model]);
    expect(model?.manifest).toMatchObject({
      family: 'sd1',
      memory: { weights: 900, working: 300 },
      licence: 'MIT',
    });
    const files = catalogue.files({ id: 'tiny-sd', sha256: model?.sha256 as string });
    expect(files).toMatchObject({ id: 'tiny-sd', family: 'sd1' });
    expect(files.path('unet/model.onnx')).toBe(path.join(folder, 'tiny-sd/unet/model.onnx'));
    expect(() => files.path('../secret')).toThrow('does not list the file');
  });

  it('refuses a reference to a model that is not there or has been replaced', async () => {
    await add('tiny-sd', manifest);
    const catalogue = await ModelCatalogue.read([folder]);
    expect(() => catalogue.files({ id: 'other', sha256: '' })).toThrow(
      expect.objectContaining({ code: 'model-missing' }),
    );
    expect(() => catalogue.files({ id: 'tiny-sd', sha256: 'b'.repeat(64) })).toThrow(
      expect.objectContaining({ code: 'model-invalid' }),
    );
  });

  it('takes the first of two models with one id and reports the second', async () => {
    await add('a', manifest);
    await add('b', { ...manifest, name: 'Other' });
    const catalogue = await ModelCatalogue.read([folder]);
    expect(catalogue.get('tiny-sd')?.manifest.name).toBe('Tiny');
    expect(catalogue.problems).toMatchObject([{ code: 'model-invalid', details: { model: 'b' } }]);
  });

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['no family', { ...manifest, family: undefined }, 'family'],
    ['a file outside', { ...manifest, files: [{ path: '../x' }] }, 'below the model'],
    ['an absolute file', { ...manifest, files: [{ path: '/etc/passwd' }] }, 'below the model'],
    ['a bad id', { ...manifest, id: '../x' }, 'lower-case'],
  ])('reports a manifest with %s and goes on', async (_what, content, says) => {
    await add('bad', content);
    await add('good', manifest);
    const catalogue = await ModelCatalogue.read([folder]);
    expect(catalogue.list()).toHaveLength(1);
    expect(catalogue.problems).toMatchObject([{ code: 'model-invalid', details: { model: 'bad' } }]);
    expect(catalogue.problems[0]?.message).toContain(says);
    expect(JSON.stringify(catalogue.problems)).not.toContain(folder);
  });
});
