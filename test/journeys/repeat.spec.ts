import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { startServer, type TestServer } from '../harness/server.js';
import { atelier, root } from './terminal.js';

const [photo, another] = ['photo', 'noon'].map((name) => path.join(root, 'docs/sample', `${name}.jpg`));

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-repeat-'));
  server = await startServer();
}, 90_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const inFolder = (...names: string[]) => path.join(folder, ...names);
const run = (...args: string[]) => atelier(['run', ...args], { home: server.home });

describe('atelier run --from', () => {
  const document = {
    id: 'small',
    version: '1.0.0',
    title: 'Small',
    inputs: { photo: { type: 'file' }, width: { type: 'integer', default: 40 } },
    nodes: { load: { use: 'image.load', with: { file: { input: 'photo' }, max_width: { input: 'width' } } } },
    outputs: { image: { from: 'load.image' } },
  };
  let picture: string;

  beforeAll(async () => {
    await writeFile(inFolder('small.json'), JSON.stringify(document));
    const made = await run(inFolder('small.json'), '--file', `photo=${photo}`, '--out', inFolder('first'));
    expect(made.code).toBe(0);
    picture = inFolder('first', 'image.png');
  });

  it('makes the picture again, byte for byte', async () => {
    const startedAt = performance.now();
    const { code } = await run('--from', picture, '--file', `photo=${photo}`, '--out', inFolder('again'));
    expect(code).toBe(0);
    expect(await readFile(inFolder('again', 'image.png'))).toEqual(await readFile(picture));
    // The command ends with its job: nothing keeps it waiting for the connection that it has closed.
    expect(performance.now() - startedAt).toBeLessThan(25_000);
  });

  it('makes it with another input where one is set', async () => {
    const file = `photo=${photo}`;
    const { code } = await run(
      '--from',
      picture,
      '--set',
      'width=20',
      '--file',
      file,
      '--out',
      inFolder('set'),
    );
    expect(code).toBe(0);
    expect((await sharp(inFolder('set', 'image.png')).metadata()).width).toBe(20);
  });

  it.each([
    ['a file that it was made from is missing', [], 'made from photo.jpg'],
    ['a file is another one', ['--file', `photo=${another}`], 'is not the file photo.jpg'],
  ])('says so when %s', async (_, files, words) => {
    const { code, stderr } = await run('--from', picture, ...files, '--out', inFolder('none'));
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
  });

  it('says so when a picture does not tell how it was made', async () => {
    const { code, stderr } = await run('--from', photo!, '--out', inFolder('none'));
    expect(code).not.toBe(0);
    expect(stderr).toContain('does not say how it was made');
  });
});
