import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { call } from '../harness/api.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';
import { type Body, generate } from './desktop-client.js';
import { addReferenceModels, small } from './reference-models.js';

// A server that other machines can reach.

let home: string;
let server: TestServer;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-remote-'));
  await createKey(home);
  server = await startServer({ home, env: { HOST: '0.0.0.0' } });
  await addReferenceModels(server);
}, 90_000);
afterAll(async () => {
  await server.stop();
  await rm(home, { recursive: true });
});

describe('a server that other machines can reach', () => {
  it('generates for nobody without a key', async () => {
    const answer = await generate(server, 'text-to-image', small);
    expect(answer).toMatchObject({ status: 401, body: { success: false, code: 'API_ERROR' } });
  });

  it('gives an address that a page can show without a key, and no other can be made of it', async () => {
    const { status, body } = await call<Body>(server, 'POST', '/api/generate/text-to-image', { body: small });
    expect(status).toBe(200);
    expect((await fetch(server.url + body.data.filePath)).status).toBe(401);
    const picture = await fetch(body.data.url);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    const second = await call<Body>(server, 'POST', '/api/generate/text-to-image', { body: small });
    const forged = [
      body.data.url.replace(/expires=\d/, 'expires=9'),
      body.data.url.replace('image_1.jpg', path.basename(second.body.data.filePath)),
      body.data.url.replace(/account=\w+/, 'account=acc_1'),
      body.data.url.replace(/signature=[^&]+/, 'signature=x'),
    ];
    for (const address of forged) expect((await fetch(address)).status).toBe(403);
    expect((await fetch(body.data.url.split('?')[0]!)).status).toBe(400);
  });
});
