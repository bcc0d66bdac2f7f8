import { jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { call } from '../harness/api.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';
import { ask, type Body, generate } from './desktop-client.js';
import { addReferenceModels, small } from './reference-models.js';

// Which pictures and folders of this machine a request may name.
jest.setTimeout(60_000);

let server: TestServer;
let outside: string;
let shared: string;
let photo: Buffer;
beforeAll(async () => {
  photo = await picture(64, 48, 'jpeg');
  outside = await realpath(await mkdtemp(path.join(os.tmpdir(), 'atelier-outside-')));
  shared = path.join(outside, 'shared');
  await mkdir(path.join(shared, 'albums'), { recursive: true });
  server = await startServer({ env: { ATELIER_IMPORT: shared } });
  await addReferenceModels(server);
  for (const folder of [outside, shared, path.join(shared, 'albums'), server.home])
    await writeFile(path.join(folder, 'photo.jpg'), photo);
}, 90_000);
afterAll(async () => {
  await server.stop();
  await rm(outside, { recursive: true });
});

const picture = (width: number, height: number, format: 'png' | 'jpeg'): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .toFormat(format)
    .toBuffer();
const transform = (seedImage: unknown) =>
  generate(server, 'image-to-image', { seedImage, prompt: 'another', steps: 2 });
const files = async (): Promise<number> =>
  (await call<{ total: number }>(server, 'GET', '/v1/files')).body.total;

describe('a picture that a request names', () => {
  it('may be a data URI', async () => {
    const png = await picture(48, 32, 'png');
    const { status, body } = await transform(`data:image/png;base64,${png.toString('base64')}`);
    expect(status).toBe(200);
    expect(body.data.parameters).toMatchObject({ width: 48, height: 32 });
  });

  it('may be a data URI of several megabytes', async () => {
    // What comes after the end of a PNG is nobody's business.
    const png = Buffer.concat([await picture(64, 64, 'png'), Buffer.alloc(6_000_000)]);
    expect((await transform(`data:image/png;base64,${png.toString('base64')}`)).status).toBe(200);
  });

  it('may be a file of an import folder, or of one below it', async () => {
    for (const name of ['photo.jpg', 'albums/photo.jpg', 'albums/../photo.jpg']) {
      expect((await transform(path.join(shared, name))).status).toBe(200);
    }
  });

  it('may be a file of ATELIER_HOME', async () => {
    expect((await transform(path.join(server.home, 'photo.jpg'))).status).toBe(200);
  });

  it('leaves no file behind, whether it can be used or not', async () => {
    const before = await files();
    const results = [
      await transform(path.join(shared, 'photo.jpg')),
      await transform(path.join(server.home, 'owner.key')),
      await transform(`data:image/jpeg;base64,${photo.subarray(0, 200).toString('base64')}`),
    ];
    expect(results.map(({ status }) => status)).toEqual([200, 400, 400]);
    // What is there is the result of the first.
    expect(await files()).toBe(before + 1);
  });

  it.each([
    ['a file elsewhere', () => '/etc/passwd'],
    ['a picture elsewhere', () => path.join(outside, 'photo.jpg')],
    ['a way out of an import folder', () => `${shared}/../photo.jpg`],
    ['a way out of ATELIER_HOME', () => `${server.home}/../../etc/passwd`],
    ['a neighbour whose name begins the same', () => `${shared}-other/photo.jpg`],
    ['a way out of the pictures', () => '/generated/../owner.key'],
    ['an encoded way out of the pictures', () => '/generated/..%2Fowner.key'],
    ['the folder of the pictures', () => '/generated/'],
    ['a file URL', () => `file://${shared}/photo.jpg`],
    ['a web address', () => 'http://127.0.0.1:1/photo.jpg'],
    ['a relative path, as no folder is the current one', () => 'path/to/image.jpg'],
    ['a relative way out', () => '../../etc/passwd'],
    ['a path with a NUL', () => `${shared}/photo.jpg\0.png`],
    ['a file that is not there', () => path.join(shared, 'missing.jpg')],
    ['a folder', () => path.join(shared, 'albums')],
    ['the key of the owner', () => path.join(server.home, 'owner.key')],
    ['the database', () => path.join(server.home, 'atelier.sqlite')],
    ['a path without an end', () => `${shared}/${'a/'.repeat(100_000)}`],
    ['a data URI that is no picture', () => `data:image/png;base64,${btoa('root:x:0:0')}`],
    ['a data URI that is no base64', () => 'data:image/png;base64,%%%%'],
    ['a data URI that says it is text', () => `data:text/html;base64,${btoa('<html></html>')}`],
    ['a data URI that is empty', () => 'data:image/png;base64,'],
    ['a data URI without a comma', () => 'data:image/png;base64'],
    ['a data URI of padding', () => `data:image/png;base64,${'='.repeat(200_000)}x`],
    ['no text', () => 7],
    ['nothing', () => ''],
  ])('must not be %s', async (_, seedImage) => {
    const { status, body } = await transform(seedImage());
    expect(status).toBe(400);
    expect(body).toMatchObject({ success: false, code: 'INVALID_PARAMETERS' });
    expect(body.error).toMatch(/^seedImage /);
    expect(JSON.stringify(body)).not.toMatch(/root:|ENOENT/);
  });

  it('must not be a link that leads out of the folder, nor lie behind one', async () => {
    await symlink(path.join(outside, 'photo.jpg'), path.join(shared, 'link.jpg'));
    await symlink(outside, path.join(shared, 'up'));
    await symlink('/etc', path.join(server.home, 'etc'));
    for (const place of [`${shared}/link.jpg`, `${shared}/up/photo.jpg`, `${server.home}/etc/passwd`]) {
      expect(await transform(place)).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETERS' } });
    }
  });

  it('may be a link that stays inside', async () => {
    await symlink('albums/photo.jpg', path.join(shared, 'inner.jpg'));
    expect((await transform(path.join(shared, 'inner.jpg'))).status).toBe(200);
  });

  it('must not be a pipe that nobody writes to, and nobody waits for it', async () => {
    execFileSync('mkfifo', [path.join(shared, 'pipe.jpg')]);
    expect((await transform(path.join(shared, 'pipe.jpg'))).status).toBe(400);
  });

  it('must be whole', async () => {
    const png = await picture(64, 64, 'png');
    await writeFile(path.join(shared, 'cut.jpg'), png.subarray(0, png.length / 2));
    expect(await transform(path.join(shared, 'cut.jpg'))).toMatchObject({
      status: 400,
      body: { code: 'INVALID_PARAMETERS' },
    });
  });

  it('is answered with 404 when it was an earlier one that is gone', async () => {
    expect(await transform('/generated/image_9999.jpg')).toMatchObject({
      status: 404,
      body: { success: false, code: 'NOT_FOUND' },
    });
    const { body: made } = await generate(server, 'text-to-image', small);
    await rm(path.join(server.home, made.data.filePath));
    expect((await transform(made.data.filePath)).status).toBe(404);
    expect((await fetch(made.data.url)).status).toBe(404);
  });

  it('is refused beyond the limit of a body, with a status that says so', async () => {
    const { status, body } = await transform(`data:image/png;base64,${'A'.repeat(11_000_000)}`);
    expect({ status, code: body.code }).toEqual({ status: 413, code: 'INVALID_PARAMETERS' });
    expect((await ask(server, 'GET', '/health')).status).toBe(200);
  });

  it('must be of the shared folders for whoever is not the owner', async () => {
    const key = await createKey(server.home, { credits: 100 });
    const { body: own } = await generate(server, 'text-to-image', small);
    const asStranger = (imagePath: string) =>
      call<Body>(server, 'POST', '/api/generate/upscale', { key, body: { imagePath } });
    expect((await asStranger(path.join(shared, 'photo.jpg'))).status).toBe(200);
    expect((await asStranger(path.join(server.home, 'photo.jpg'))).status).toBe(400);
    expect((await asStranger(path.join(server.home, own.data.filePath))).status).toBe(400);
    expect((await asStranger(own.data.filePath)).status).toBe(404);
  });
});

describe('the storage path', () => {
  const change = (storagePath: string) => ask(server, 'PUT', '/api/settings', { storagePath });
  afterEach(() => change('./generated'));

  it.each([
    ['the root', () => '/'],
    ['a system folder', () => '/etc'],
    ['a folder elsewhere', () => outside],
    ['a way out of ATELIER_HOME', () => '../elsewhere'],
    ['a roundabout way out', () => './generated/../../elsewhere'],
    ['a way out of an import folder', () => `${shared}/..`],
    ['a neighbour whose name begins the same', () => `${shared}-other`],
    ['a path with a NUL', () => './generated\0'],
    ['a file', () => './owner.key'],
    ['a place below a file', () => './owner.key/pictures'],
  ])('must not be %s', async (_, storagePath) => {
    const { status, body } = await change(storagePath());
    expect(status).toBe(400);
    expect(body).toMatchObject({ success: false, code: 'INVALID_PARAMETERS' });
    expect(body.error).toMatch(/^storagePath must /);
    expect((await ask<{ storagePath: string }>(server, 'GET', '/api/settings')).body.data.storagePath).toBe(
      './generated',
    );
  });

  it('must not lie behind a link that leads out, whether its end is there or not', async () => {
    await symlink(outside, path.join(server.home, 'out'));
    await symlink(path.join(outside, 'nowhere'), path.join(server.home, 'dangling'));
    for (const folder of ['./out', './out/new/folder', './dangling', './dangling/x']) {
      expect((await change(folder)).status).toBe(400);
    }
    expect((await readdir(outside)).sort()).toEqual(['photo.jpg', 'shared']);
  });

  it('may be a folder of ATELIER_IMPORT, where nothing that is there is replaced', async () => {
    const folder = path.join(shared, 'results');
    expect((await change(folder)).status).toBe(200);
    const { body: first } = await generate(server, 'text-to-image', small);
    const taken = path.join(folder, `image_${first.data.id + 1}.jpg`);
    await writeFile(taken, 'somebody’s own');
    const { body: second } = await generate(server, 'text-to-image', small);
    expect(second.data.filePath).toBe(`/generated/image_${second.data.id}_1.jpg`);
    expect((await fetch(second.data.url)).status).toBe(200);
    expect(await readFile(taken, 'utf8')).toBe('somebody’s own');
    await ask(server, 'DELETE', `/api/history/${second.data.id}`);
    expect((await readdir(folder)).sort()).toEqual(
      [`image_${first.data.id}.jpg`, path.basename(taken)].sort(),
    );
  });

  it('is looked at again before each picture: a link put in its place leads nowhere', async () => {
    await change('./album');
    await rm(path.join(server.home, 'album'), { recursive: true });
    await symlink(outside, path.join(server.home, 'album'));
    const answer = await generate(server, 'text-to-image', small);
    expect(answer).toMatchObject({ status: 500, body: { success: false, code: 'STORAGE_ERROR' } });
    expect((await readdir(outside)).sort()).toEqual(['photo.jpg', 'shared']);
  });
});
