import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ModelCatalogue } from './catalogue.js';
import { FileDigests } from './file-digests.js';
import { readManifest, type Model } from './manifest.js';

const large = Buffer.alloc(1_200_000, 7);
const small = Buffer.from('small');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('ModelCatalogue', () => {
  let folder: string;
  let model: Model;
  let digests: FileDigests;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atelier-models-'));
    await mkdir(path.join(folder, 'unet'));
    await writeFile(path.join(folder, 'unet/model.onnx'), large);
    await writeFile(path.join(folder, 'config.json'), small);
    const manifest = {
      id: 'tiny-sd',
      name: 'Tiny',
      version: '1',
      family: 'sd',
      capabilities: ['text-to-image'],
      defaults: { steps: 4 },
      files: [
        { path: 'unet/model.onnx', bytes: large.length, sha256: sha256(large) },
        { path: 'config.json', bytes: small.length, sha256: sha256(small) },
      ],
      memory: { weights: 1 },
    };
    model = readManifest(JSON.stringify(manifest), folder);
    digests = new FileDigests(path.join(folder, 'digests'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const reference = () => ({ id: 'tiny-sd', sha256: model.sha256 });
  const check = () => new ModelCatalogue([model]).checkedFiles(reference(), digests);

  it('gives the paths of the files that a manifest lists, and what it says of the model', () => {
    const files = new ModelCatalogue([model]).files(reference());
    expect(files).toMatchObject({
      id: 'tiny-sd',
      family: 'sd',
      facts: { capabilities: ['text-to-image'], defaults: { steps: 4 } },
      names: ['unet/model.onnx', 'config.json'],
    });
    expect(files.path('unet/model.onnx')).toBe(path.join(folder, 'unet/model.onnx'));
    expect(() => files.path('../secret')).toThrow('does not list the file');
  });

  it('refuses a reference to a model that has been replaced, and names the nearest of one that is not there', () => {
    const catalogue = new ModelCatalogue([model]);
    expect(() => catalogue.files({ id: 'tiny-ds', sha256: '' })).toThrow(
      expect.objectContaining({ code: 'model-missing', message: expect.stringContaining('“tiny-sd”') }),
    );
    expect(() => catalogue.files({ id: 'tiny-sd', sha256: 'b'.repeat(64) })).toThrow(
      expect.objectContaining({ code: 'model-invalid' }),
    );
  });

  it.each([
    ['is missing', () => rm(path.join(folder, 'config.json'))],
    ['another size', () => writeFile(path.join(folder, 'config.json'), 'longer than small')],
    ['is damaged', () => writeFile(path.join(folder, 'config.json'), 'SMALL')],
  ])('says which file %s', async (says, spoil) => {
    await expect(check()).resolves.toBeDefined();
    await spoil();
    const failure: unknown = await check().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'model-invalid', details: { file: 'config.json' } });
    expect(String(failure)).toContain(says);
    expect(String(failure)).not.toContain(folder);
  });

  it('reads a large file once for each version of it, also when another process asks', async () => {
    const file = path.join(folder, 'unet/model.onnx');
    const time = new Date('2026-01-01');
    await utimes(file, time, time);
    await check();
    expect(await readdir(path.join(folder, 'digests'))).toHaveLength(1);
    await writeFile(file, Buffer.alloc(large.length, 8));
    await utimes(file, time, time);
    // Same size, time and inode: whatever goes to such lengths is taken for the same.
    digests = new FileDigests(path.join(folder, 'digests'));
    await expect(check()).resolves.toBeDefined();
    await utimes(file, time, new Date('2026-01-02'));
    await expect(check()).rejects.toMatchObject({ details: { file: 'unet/model.onnx' } });
  });
});
