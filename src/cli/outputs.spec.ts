import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeOutputs } from './outputs.js';

const bytes = (text: string) => new Blob([text]).stream();
const client = { download: async (fileId: string) => bytes(`content of ${fileId}`) };
const file = (id: string, name: string, type = 'image/png') => ({
  file_id: id,
  url: 'http://x/',
  size: 1,
  type,
  name,
});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-outputs-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
const read = (name: string) => readFile(at(name), 'utf8');

describe('the files of a job', () => {
  it('are named after their outputs and their format', async () => {
    const outputs = { image: file('f1', 'Some Name.PNG'), film: file('f2', 'noext', 'video/mp4') };
    expect(await writeOutputs(client, outputs, folder)).toEqual({
      image: { path: at('image.png'), mediaType: 'image/png' },
      film: { path: at('film.bin'), mediaType: 'video/mp4' },
    });
    expect(await read('image.png')).toBe('content of f1');
    expect((await readdir(folder)).sort()).toEqual(['film.bin', 'image.png']);
  });

  it('are numbered where they are a list, over what was not made', async () => {
    const outputs = { images: [file('f1', 'a.png'), null, file('f2', 'b.jpg')], none: [], skipped: null };
    expect(await writeOutputs(client, outputs, folder)).toEqual({
      images: [
        { path: at('images-0.png'), mediaType: 'image/png' },
        null,
        { path: at('images-2.jpg'), mediaType: 'image/png' },
      ],
      none: [],
      skipped: null,
    });
  });

  it('are JSON where the output is', async () => {
    await writeOutputs(client, { sizes: [1, 2], facts: { a: null }, count: 3 }, folder);
    expect(await read('sizes.json').then(JSON.parse)).toEqual([1, 2]);
    expect(await read('facts.json').then(JSON.parse)).toEqual({ a: null });
    expect(await read('count.json')).toBe('3\n');
  });

  it('never leave the folder, whatever the server calls them', async () => {
    for (const name of ['../up', 'a/b', '/tmp/x', '..', '', 'a\0b']) {
      await expect(writeOutputs(client, { [name]: 1 }, folder)).rejects.toThrow('no name for a file');
    }
    await writeOutputs(client, { image: file('f1', 'a.png/../../up') }, folder);
    expect(await readdir(folder)).toEqual(['image.bin']);
  });

  it('replace a link instead of writing where it leads', async () => {
    await writeFile(at('precious'), 'kept');
    await symlink(at('precious'), at('count.json'));
    await writeOutputs(client, { count: 1 }, folder);
    expect([await read('precious'), await read('count.json')]).toEqual(['kept', '1\n']);
  });

  it('are not there by halves when a download breaks off', async () => {
    const broken = {
      download: async () =>
        new ReadableStream<Uint8Array>({
          start(controller) {
            controller.enqueue(new Uint8Array(10));
            controller.error(Object.assign(new Error('socket closed'), { code: 'ECONNRESET' }));
          },
        }),
    };
    await expect(writeOutputs(broken, { image: file('f1', 'a.png') }, folder)).rejects.toThrow('ECONNRESET');
    expect(await readdir(folder)).toEqual([]);
  });

  it('say where they could not be written', async () => {
    await writeFile(at('occupied'), '');
    await expect(writeOutputs(client, { count: 1 }, at('occupied'))).rejects.toThrow(
      `The results cannot be written to ${at('occupied')} (EEXIST).`,
    );
  });
});
