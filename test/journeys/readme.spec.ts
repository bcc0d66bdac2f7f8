import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { startServer, type TestServer } from '../harness/server.js';
import { root, shell } from './terminal.js';

/** The fenced block of the README that contains these words, as a newcomer would copy it. */
async function block(language: string, words: string): Promise<string> {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, name]) => name === language);
  const found = blocks.map(([, , text = '']) => text).filter((text) => text.includes(words));
  if (found.length !== 1) throw new Error(`${found.length} blocks of the README contain "${words}"`);
  return found[0]!;
}

describe('a newcomer who types what the README says', () => {
  let folder: string;
  let server: TestServer;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-readme-'));
    await symlink(path.join(root, 'docs'), path.join(folder, 'docs'));
    server = await startServer();
  }, 90_000);

  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function type(text: string): Promise<string> {
    const script = text
      .replace('npm ci\n', '')
      .replaceAll('npx atelier', `node ${path.join(root, 'bin/atelier.js')}`)
      .replaceAll('http://127.0.0.1:8000', server.url);
    const { code, stdout, stderr } = await shell(script, { home: server.home, cwd: folder });
    if (code !== 0) throw new Error(`${script}\nended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  const sizeOf = async (name: string) => {
    const { format, width, height } = await sharp(path.join(folder, name)).metadata();
    return { format, width, height };
  };

  it('paints a picture from a prompt', async () => {
    await type(await block('sh', 'npm ci'));
    expect(await sizeOf('out/images-0.png')).toEqual({ format: 'png', width: 512, height: 512 });
  }, 60_000);

  it('resizes a photo and puts three on one sheet', async () => {
    await type(await block('sh', 'run contact_sheet'));
    expect(await sizeOf('out/image.jpg')).toEqual({ format: 'jpeg', width: 800, height: 600 });
    expect(await sizeOf('out/sheet/image.jpg')).toMatchObject({ format: 'jpeg', width: 2 * 320 + 3 * 24 });
  }, 60_000);

  it('does the same over HTTP and follows the job to its end', async () => {
    const events = await type(await block('sh', 'curl'));
    expect(events).toMatch(/"status":"completed"/);
    expect(await sizeOf('out/small.jpg')).toEqual({ format: 'jpeg', width: 320, height: 240 });
  }, 60_000);

  it('checks and runs a pipeline', async () => {
    await writeFile(path.join(folder, 'soft_square.json'), await block('json', '"soft_square"'));
    expect(await type(await block('sh', 'pipelines validate'))).toContain('soft_square.json is valid.');
    expect(await sizeOf('out/image.png')).toEqual({ format: 'png', width: 256, height: 256 });
  }, 60_000);
});

describe('npx', () => {
  it('finds the command in the checkout', async () => {
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await shell('npx --no-install atelier --version', { home: os.tmpdir() })).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    });
  }, 30_000);
});
