import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { atelier, type Outcome } from '../journeys/terminal.js';
import { referencePath } from '../reference/pack.js';
import { repositoryOf, StandInHub } from './hub.js';

const sd = referencePath('models/sd');

describe('atelier models', () => {
  let home: string;
  let folder: string;

  beforeEach(async () => {
    const parent = await mkdtemp(path.join(os.tmpdir(), 'atelier-test-'));
    home = path.join(parent, 'home');
    folder = path.join(parent, 'My Model');
    await cp(sd, folder, { recursive: true });
  });
  afterEach(() => rm(path.dirname(home), { recursive: true }));

  const models = (args: string[], env: Record<string, string> = {}): Promise<Outcome> =>
    atelier(['models', ...args], { home, env: { ATELIER_STARTER_MODELS: 'off', ...env } });

  it('adds a folder where it lies, lists it, shows it and forgets it again', async () => {
    expect(await models(['add', folder])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^The model my-model is there: family sd, \d+ kB, for text-to-image, image-to-image, inpaint\.\n$/,
      ),
    });
    expect(await readdir(path.join(home, 'models/my-model'))).toEqual(['model.json']);
    expect((await models(['list'])).stdout).toMatch(
      /^my-model {2}sd {2}\d+ kB {2}text-to-image\*, image-to-image\*/,
    );
    expect((await models(['show', 'my-model'])).stdout).toMatch(
      /^defaults +width 128, height 128, steps 50, guid/m,
    );
    expect(await models(['remove', 'my-model'])).toMatchObject({
      code: 0,
      stdout: `The model my-model is removed. Its files stay in ${folder}.\n`,
    });
    expect((await stat(path.join(folder, 'unet/model.onnx'))).isFile()).toBe(true);
    expect((await models(['list'])).stderr).toContain('No model is installed');
  });

  it('finds what has been damaged or is gone, and takes a change that is meant', async () => {
    await models(['add', folder, '--id', 'mine']);
    const unet = path.join(folder, 'unet/model.onnx');
    const { size } = await stat(unet);
    await writeFile(unet, Buffer.alloc(size));
    await writeFile(path.join(folder, 'scheduler/scheduler_config.json'), '{"_class_name":"DDIMScheduler"}');
    await rm(path.join(folder, 'vae_encoder/config.json'));
    const { code, stdout, stderr } = await models(['verify', 'mine']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^mine {2}unet\/model\.onnx .* another content$/m);
    expect(stdout).toMatch(/^mine {2}scheduler\/scheduler_config\.json .* another size$/m);
    expect(stdout).toMatch(/^mine {2}vae_encoder\/config\.json .* missing$/m);
    expect(stderr).toContain('3 files are not as');
    await cp(path.join(sd, 'unet'), path.join(folder, 'unet'), { recursive: true });
    expect((await models(['add', folder, '--id', 'mine'])).code).toBe(0);
    expect((await models(['verify'])).code).toBe(0);
  });

  it('says in one line why a folder cannot be added', async () => {
    await truncate(path.join(folder, 'unet/model.onnx'), 5000);
    const { code, stdout, stderr } = await models(['add', folder]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^The folder My Model cannot be added: unet\/model\.onnx: [^\n]+\n$/);
  });

  it('does not delete a folder that ATELIER_MODELS names', async () => {
    const shelf = path.join(path.dirname(home), 'shelf');
    await mkdir(shelf);
    await models(['add', folder, '--id', 'mine']);
    await rename(path.join(home, 'models/mine'), path.join(shelf, 'mine'));
    const env = { ATELIER_MODELS: shelf };
    expect(await models(['remove', 'mine'], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(path.join(shelf, 'mine')),
    });
    expect((await models(['list'], env)).stdout).toMatch(/^mine/);
  });

  it('fetches a model, and deletes it again', async () => {
    const hub = await StandInHub.start({ 'acme/tiny': repositoryOf(sd) });
    const env = { HF_ENDPOINT: `${hub.url}/` };
    expect(await models(['pull', 'acme/tiny'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^The model tiny is there: family sd/),
      stderr: expect.stringMatching(/^unet\/model\.onnx {2}364 kB$/m),
    });
    await hub.stop();
    expect((await models(['verify', 'tiny'])).code).toBe(0);
    expect((await models(['remove', 'tiny'])).stdout).toMatch(
      /^The model tiny is removed\. \d+ kB are free again\.$/m,
    );
    expect(await readdir(path.join(home, 'models'))).toEqual([]);
  });

  it('says in one line that the hub cannot be reached', async () => {
    const { code, stdout, stderr } = await models(['pull', 'acme/tiny'], {
      HF_ENDPOINT: 'http://127.0.0.1:1',
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^http:\/\/127\.0\.0\.1:1 cannot be reached \([^\n]+\); check the network, [^\n]+\n$/,
    );
  });

  it('answers a name that there is not with a sentence', async () => {
    for (const command of ['show', 'remove', 'verify']) {
      expect(await models([command, 'absent'])).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^The model absent is not installed[^\n]+\n$/),
      });
    }
  });
});
