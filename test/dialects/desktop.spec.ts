import { jest } from '@jest/globals';
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { failureCodes } from '@atelier/sdk';
import sharp from 'sharp';
import { failureTable, wireCodes } from '../../src/dialects/desktop/failures.js';
import { createKey } from '../harness/keys.js';
import { call } from '../harness/api.js';
import { exchange } from '../harness/raw.js';
import { startServer, type TestServer } from '../harness/server.js';
import { until as untilWithin } from '../faults/processes.js';
import { ask, type Body, generate, type Generation, listen } from './desktop-client.js';
import { addReferenceModels, slow, small } from './reference-models.js';

// The sections of the document, in its order.
jest.setTimeout(60_000);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await addReferenceModels(server);
}, 90_000);
afterAll(() => server.stop());

const example = {
  prompt: 'A beautiful sunset over mountains',
  negativePrompt: 'blurry, low quality',
  width: 512,
  height: 512,
  steps: 25,
  cfgScale: 7.5,
  seed: 42,
};
/** Models load, and the machine may be busy. */
const until = (condition: () => boolean, what: string): Promise<void> => untilWithin(condition, what, 60_000);
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

async function sizeOf(address: string): Promise<{ width: number; height: number; format: string }> {
  const response = await fetch(address);
  const { width, height, format } = await sharp(await response.arrayBuffer()).metadata();
  return { width, height, format };
}

describe('Health Check', () => {
  it('GET /health says that the API is running', async () => {
    const { status, body } = await ask(server, 'GET', '/health');
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });
});

describe('POST /api/generate/text-to-image', () => {
  it('answers the document’s first request with the finished picture, number 1', async () => {
    const { status, body } = await generate(server, 'text-to-image', example);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      data: {
        id: 1,
        prompt: example.prompt,
        filePath: '/generated/image_1.jpg',
        url: expect.stringMatching(/^http:/),
        seed: 42,
        created_at: expect.stringMatching(instant),
      },
    });
    expect(await sizeOf(body.data.url)).toEqual({ width: 512, height: 512, format: 'jpeg' });
  });

  it('serves the picture under its filePath too, which is the file in the storage folder', async () => {
    const response = await fetch(`${server.url}/generated/image_1.jpg`);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    const file = await readFile(path.join(server.home, 'generated', 'image_1.jpg'));
    expect(Buffer.from(await response.arrayBuffer()).equals(file)).toBe(true);
    const etag = response.headers.get('etag')!;
    const again = await fetch(`${server.url}/generated/image_1.jpg`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('fills in the documented defaults, and draws a seed and says which', async () => {
    const { body } = await generate(server, 'text-to-image', { prompt: 'Only a prompt' });
    expect(body.data.parameters).toEqual({
      width: 512,
      height: 512,
      steps: 25,
      cfgScale: 7.5,
      seed: body.data.seed,
    });
    expect(Number.isSafeInteger(body.data.seed) && body.data.seed! >= 0).toBe(true);
    expect(body.data).not.toHaveProperty('negativePrompt');
    const next = await generate(server, 'text-to-image', { prompt: 'Only a prompt', seed: null });
    expect(next.body.data.seed).not.toBe(body.data.seed);
  });

  it('gives the same picture for the same seed, and takes seeds of 64 bits', async () => {
    const seed = '18446744073709551615';
    const pictures: Buffer[] = [];
    for (let time = 0; time < 2; time++) {
      const { body } = await generate(server, 'text-to-image', { ...small, seed });
      expect(body.data.seed).toBe(seed);
      pictures.push(Buffer.from(await (await fetch(body.data.url)).arrayBuffer()));
    }
    expect(pictures[0]!.equals(pictures[1]!)).toBe(true);
    const other = await generate(server, 'text-to-image', { ...small, seed: 1 });
    expect(Buffer.from(await (await fetch(other.body.data.url)).arrayBuffer()).equals(pictures[0]!)).toBe(
      false,
    );
  });

  it.each([
    ['a missing prompt', {}, 'Prompt is required'],
    ['an empty prompt', { prompt: '' }, 'Prompt is required'],
    ['a prompt of spaces', { prompt: ' \n ' }, 'Prompt is required'],
    ['a prompt that is no text', { prompt: 7 }, 'Prompt must be text'],
    [
      'a prompt of 100,000 characters',
      { prompt: 'x'.repeat(100_000) },
      'Prompt is too long; it may have 10000 characters',
    ],
  ])('refuses %s with INVALID_PROMPT', async (_, body, error) => {
    const answer = await generate(server, 'text-to-image', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error, code: 'INVALID_PROMPT' });
  });

  it.each([
    ['width', 0],
    ['width', -512],
    ['width', 513],
    ['width', 512.5],
    ['width', '512'],
    ['width', 100_000],
    ['height', 0],
    ['height', 4104],
    ['steps', 0],
    ['steps', 2.5],
    ['steps', 10_000],
    ['cfgScale', -1],
    ['cfgScale', 1000],
    ['cfgScale', 'high'],
    ['seed', -2],
    ['seed', 1.5],
    ['seed', '18446744073709551616'],
    ['negativePrompt', 5],
  ])('refuses %s = %j and names it', async (field, value) => {
    const answer = await generate(server, 'text-to-image', { ...small, [field]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: expect.stringContaining(field) });
    expect(answer.body.details?.problems?.map(({ pointer }) => pointer)).toContain(`/${field}`);
    expect(['INVALID_PARAMETERS', 'INVALID_PROMPT']).toContain(answer.body.code);
  });

  it('says everything that is wrong at once, in the details', async () => {
    const { body } = await generate(server, 'text-to-image', { prompt: 'x', width: 0, steps: 0 });
    const pointers = new Set(body.details?.problems?.map(({ pointer }) => pointer));
    expect(pointers).toEqual(new Set(['/width', '/steps']));
  });

  it('passes over what the document does not know', async () => {
    const { status } = await generate(server, 'text-to-image', { ...small, theme: 'dark' });
    expect(status).toBe(200);
  });
});

describe('POST /api/generate/image-to-image', () => {
  it('takes an earlier filePath, and 0.7, 25 and 7.5 for what is left out', async () => {
    const { status, body } = await generate(server, 'image-to-image', {
      seedImage: '/generated/image_1.jpg',
      prompt: 'A futuristic cyberpunk version',
    });
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      prompt: 'A futuristic cyberpunk version',
      parameters: { width: 512, height: 512, strength: 0.7, steps: 25, cfgScale: 7.5 },
      filePath: `/generated/image_${body.data.id}.jpg`,
    });
  });

  it.each([0, 0.1, 1])('takes a strength of %d', async (strength) => {
    const { body: source } = await generate(server, 'text-to-image', small);
    const request = {
      seedImage: source.data.filePath,
      prompt: 'Another version',
      strength,
      steps: 10,
      seed: 3,
    };
    const { status, body } = await generate(server, 'image-to-image', request);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      seed: 3,
      parameters: { width: 64, height: 64, strength, steps: 10, seed: 3 },
    });
  });

  it.each([
    ['without a picture', { prompt: 'x' }, 'INVALID_PARAMETERS', 'seedImage is required'],
    ['without a prompt', { seedImage: '/generated/image_1.jpg' }, 'INVALID_PROMPT', 'Prompt is required'],
    [
      'strength above 1',
      { seedImage: '/generated/image_1.jpg', prompt: 'x', strength: 1.1 },
      'INVALID_PARAMETERS',
      'strength must be a number from 0 to 1',
    ],
    [
      'strength below 0',
      { seedImage: '/generated/image_1.jpg', prompt: 'x', strength: -0.1 },
      'INVALID_PARAMETERS',
      'strength must be a number from 0 to 1',
    ],
  ])('refuses a request %s', async (_, body, code, error) => {
    const answer = await generate(server, 'image-to-image', body);
    expect(answer).toMatchObject({ status: 400, body: { success: false, code, error } });
  });
});

describe('POST /api/generate/upscale', () => {
  it('doubles a picture when no scale is given', async () => {
    const { status, body } = await generate(server, 'upscale', { imagePath: '/generated/image_1.jpg' });
    expect(status).toBe(200);
    expect(await sizeOf(body.data.url)).toEqual({ width: 1024, height: 1024, format: 'jpeg' });
    expect(body.data.parameters).toMatchObject({ width: 1024, height: 1024, scale: 2 });
  });

  it.each([3, 4])('enlarges %i times when asked', async (scale) => {
    const { body: made } = await generate(server, 'text-to-image', small);
    const { body } = await generate(server, 'upscale', { imagePath: made.data.filePath, scale });
    expect(await sizeOf(body.data.url)).toMatchObject({ width: 64 * scale, height: 64 * scale });
  });

  it.each([1, 5, 2.5, '2'])('refuses a scale of %j', async (scale) => {
    const answer = await generate(server, 'upscale', { imagePath: '/generated/image_1.jpg', scale });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INVALID_PARAMETERS', error: 'scale must be a whole number from 2 to 4' },
    });
  });
});

describe('History Endpoints', () => {
  it('GET /api/history lists the newest first, with how many there are', async () => {
    const { status, body } = await ask<Generation[]>(server, 'GET', '/api/history');
    expect(status).toBe(200);
    expect(body.success).toBe(true);
    expect(body.total).toBe(body.data.length);
    const ids = body.data.map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, at) => ids.length - at));
    expect(body.data.at(-1)).toMatchObject({
      id: 1,
      type: 'image',
      prompt: example.prompt,
      filePath: '/generated/image_1.jpg',
      created_at: expect.stringMatching(instant),
    });
  });

  it('GET /api/history takes limit, offset and type', async () => {
    const { body: all } = await ask<Generation[]>(server, 'GET', '/api/history');
    const { body: page } = await ask<Generation[]>(server, 'GET', '/api/history?limit=2&offset=1&type=image');
    expect(page.data.map(({ id }) => id)).toEqual(all.data.slice(1, 3).map(({ id }) => id));
    expect(page.total).toBe(all.total);
    const videos = await ask<Generation[]>(server, 'GET', '/api/history?type=video');
    expect(videos.body).toEqual({ success: true, data: [], total: 0 });
  });

  it.each(['limit=0', 'limit=-1', 'limit=1001', 'limit=many', 'offset=-1', 'type=sound'])(
    'GET /api/history?%s is refused',
    async (query) => {
      const answer = await ask(server, 'GET', `/api/history?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'INVALID_PARAMETERS' } });
    },
  );

  it('GET /api/history/{id} gives what went into the picture', async () => {
    const { status, body } = await ask(server, 'GET', '/api/history/1');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      data: {
        id: 1,
        type: 'image',
        prompt: example.prompt,
        negativePrompt: example.negativePrompt,
        parameters: { width: 512, height: 512, steps: 25, cfgScale: 7.5, seed: 42 },
        filePath: '/generated/image_1.jpg',
        url: `${server.url}/generated/image_1.jpg`,
        created_at: expect.stringMatching(instant),
      },
    });
  });

  it.each(['9999', '0', '-1', 'one', '1.5', '99999999999999999999'])(
    'GET /api/history/%s is answered with 404',
    async (id) => {
      const answer = await ask(server, 'GET', `/api/history/${id}`);
      expect(answer).toMatchObject({
        status: 404,
        body: { success: false, error: 'Generation not found', code: 'NOT_FOUND' },
      });
    },
  );

  it('DELETE /api/history/{id} deletes the picture and all that is left of it', async () => {
    const { body: made } = await generate(server, 'text-to-image', small);
    const files = async (): Promise<number> =>
      (await call<{ total: number }>(server, 'GET', '/v1/files')).body.total;
    const before = await files();
    const { status, body } = await ask(server, 'DELETE', `/api/history/${made.data.id}`);
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, message: 'Generation deleted' });
    expect((await fetch(made.data.url)).status).toBe(404);
    await expect(access(path.join(server.home, made.data.filePath))).rejects.toMatchObject({
      code: 'ENOENT',
    });
    expect(await files()).toBe(before - 1);
    expect((await ask(server, 'GET', `/api/history/${made.data.id}`)).status).toBe(404);
    expect((await ask(server, 'DELETE', `/api/history/${made.data.id}`)).status).toBe(404);
  });

  it('never gives the number of a deleted picture to another', async () => {
    const { body: first } = await generate(server, 'text-to-image', small);
    await ask(server, 'DELETE', `/api/history/${first.data.id}`);
    const { body: second } = await generate(server, 'text-to-image', small);
    expect(second.data.id).toBe(first.data.id + 1);
  });

  it('shows an account with a key its own pictures only', async () => {
    const key = await createKey(server.home, { credits: 10 });
    const list = await call<Body<Generation[]>>(server, 'GET', '/api/history', { key });
    expect(list.body).toEqual({ success: true, data: [], total: 0 });
    const refusals = [
      call<Body>(server, 'GET', '/api/history/1', { key }),
      call<Body>(server, 'DELETE', '/api/history/1', { key }),
      call<Body>(server, 'GET', '/generated/image_1.jpg', { key }),
    ];
    for (const { status, body } of await Promise.all(refusals)) {
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'NOT_FOUND' });
    }
  });
});

describe('Settings Endpoints', () => {
  const standard = {
    storagePath: './generated',
    defaultWidth: 512,
    defaultHeight: 512,
    defaultSteps: 25,
    defaultCfgScale: 7.5,
  };
  afterAll(() => ask(server, 'PUT', '/api/settings', standard));

  it('GET /api/settings gives the documented values at first', async () => {
    const { status, body } = await ask(server, 'GET', '/api/settings');
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, data: standard });
  });

  it('PUT /api/settings changes what is named, over a restart too', async () => {
    const change = { storagePath: './custom/path', defaultWidth: 768, defaultHeight: 768 };
    const { status, body } = await ask(server, 'PUT', '/api/settings', change);
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, message: 'Settings updated', data: { ...standard, ...change } });
    await server.restart();
    expect((await ask(server, 'GET', '/api/settings')).body.data).toEqual({ ...standard, ...change });
  });

  it('writes pictures to the new folder, and goes on serving the old ones', async () => {
    const { body } = await generate(server, 'text-to-image', { prompt: 'With the new defaults', steps: 1 });
    expect(body.data.parameters).toMatchObject({ width: 768, height: 768 });
    const folder = path.join(server.home, 'custom', 'path');
    expect(await readdir(folder)).toEqual([`image_${body.data.id}.jpg`]);
    expect(body.data.filePath).toBe(`/generated/image_${body.data.id}.jpg`);
    expect(await sizeOf(body.data.url)).toEqual({ width: 768, height: 768, format: 'jpeg' });
    expect(await sizeOf(`${server.url}/generated/image_1.jpg`)).toMatchObject({ width: 512 });
  });

  it('applies steps and guidance to all that leave them out', async () => {
    await ask(server, 'PUT', '/api/settings', { defaultSteps: 3, defaultCfgScale: 2.5 });
    const { body } = await generate(server, 'text-to-image', { ...small, steps: undefined });
    expect(body.data.parameters).toMatchObject({ steps: 3, cfgScale: 2.5 });
    const request = { seedImage: '/generated/image_1.jpg', prompt: 'x' };
    const transformed = await generate(server, 'image-to-image', request);
    expect(transformed.body.data.parameters).toMatchObject({ steps: 3, cfgScale: 2.5 });
  });

  it.each([
    { defaultWidth: 0 },
    { defaultWidth: 100 },
    { defaultHeight: '512' },
    { defaultSteps: 0 },
    { defaultCfgScale: -1 },
    { storagePath: '' },
    { storagePath: 5 },
  ])('refuses %j and changes nothing', async (change) => {
    const before = await ask(server, 'GET', '/api/settings');
    const answer = await ask(server, 'PUT', '/api/settings', { defaultSteps: 99, ...change });
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'INVALID_PARAMETERS' } });
    expect((await ask(server, 'GET', '/api/settings')).body).toEqual(before.body);
  });

  it('lets nobody but the owner change anything', async () => {
    const key = await createKey(server.home);
    const answer = await call(server, 'PUT', '/api/settings', { key, body: { defaultSteps: 9 } });
    expect(answer.status).toBe(403);
  });
});

describe('/ws/generation', () => {
  it('tells every listener how far a generation is, from queued to completed', async () => {
    const listeners = await Promise.all([listen(server), listen(server)]);
    const { body } = await generate(server, 'text-to-image', { ...slow, steps: 25 });
    for (const { messages, close } of listeners) {
      await until(() => messages.at(-1)?.status === 'completed', 'the end is told');
      expect(new Set(messages.map(({ type }) => type))).toEqual(new Set(['progress']));
      expect(new Set(messages.map(({ taskId }) => taskId)).size).toBe(1);
      expect(messages[0]).toMatchObject({ progress: 0, status: 'queued' });
      const between = messages.slice(1, -1);
      expect(new Set(between.map(({ status }) => status))).toEqual(new Set(['generating']));
      expect(between.some(({ progress }) => progress > 0 && progress < 100)).toBe(true);
      const percents = messages.map(({ progress }) => progress);
      expect(percents).toEqual([...percents].sort((a, b) => a - b));
      expect(messages.at(-1)).toEqual({
        type: 'progress',
        taskId: messages[0]!.taskId,
        progress: 100,
        status: 'completed',
      });
      close();
    }
    expect(body.success).toBe(true);
  });

  it('tells that one has failed, as when it is cancelled elsewhere, and so does the answer', async () => {
    const { messages, close } = await listen(server);
    const going = generate(server, 'text-to-image', slow);
    await until(() => messages.at(-1)?.status === 'generating', 'it has begun');
    await call(server, 'POST', `/v1/jobs/${messages[0]!.taskId}/cancel`);
    await until(() => messages.at(-1)?.status === 'failed', 'the failure is told');
    expect(await going).toMatchObject({
      status: 500,
      body: { success: false, error: 'Generation failed: The job was cancelled.', code: 'API_ERROR' },
    });
    close();
  });

  it('gives a listener that comes late the last of what goes on', async () => {
    const going = generate(server, 'text-to-image', { ...slow, steps: 40 });
    const early = await listen(server);
    await until(() => (early.messages.at(-1)?.progress ?? 0) > 10, 'it has begun');
    const late = await listen(server);
    await until(() => late.messages.length > 0, 'the late one hears of it');
    expect(late.messages[0]!.taskId).toBe(early.messages[0]!.taskId);
    expect(late.messages[0]!.progress).toBeGreaterThan(0);
    await going;
    await until(() => late.messages.at(-1)?.status === 'completed', 'the end is told');
    early.close();
    late.close();
  });

  it('is closed to pages of other sites', async () => {
    const answer = await exchange(
      server.url,
      'GET /ws/generation HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nUpgrade: websocket\r\n' +
        'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    expect(answer).toContain('"success":false');
  });
});

describe('Error Responses', () => {
  it('has a status and one of the documented codes for every failure', () => {
    expect(Object.keys(failureTable).sort()).toEqual(Object.keys(failureCodes).sort());
    for (const [status, code] of Object.values(failureTable)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(wireCodes).toContain(code);
    }
  });

  it.each([
    ['an unknown path', 'GET', '/api/nothing', undefined, 404, 'NOT_FOUND'],
    ['another method', 'DELETE', '/api/settings', undefined, 405, 'NOT_FOUND'],
    ['no body', 'POST', '/api/generate/upscale', undefined, 400, 'INVALID_PARAMETERS'],
    ['a list as a body', 'POST', '/api/generate/upscale', [], 400, 'INVALID_PARAMETERS'],
  ])('answers %s in the standard format', async (_, method, route, body, status, code) => {
    const answer = await ask(server, method, route, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ success: false, error: expect.any(String), code });
  });

  it('answers text that is no JSON, and JSON that is called something else', async () => {
    const send = (type: string, body: string) =>
      fetch(`${server.url}/api/generate/upscale`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
    const broken = await send('application/json', '{"imagePath":');
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ success: false, code: 'INVALID_PARAMETERS' });
    const text = await send('text/plain', '{}');
    expect(await text.json()).toMatchObject({ success: false, code: 'INVALID_PARAMETERS' });
  });

  it('refuses changes from pages of other sites', async () => {
    const { status, body } = await call<Body>(server, 'PUT', '/api/settings', {
      key: null,
      headers: { origin: 'https://evil.example' },
      body: { defaultSteps: 1 },
    });
    expect({ status, success: body.success }).toEqual({ status: 403, success: false });
  });
});

describe('Testing with curl', () => {
  const curl = async (method: string, route: string, body?: string): Promise<Response> =>
    fetch(server.url + route, { method, headers: { 'content-type': 'application/json' }, body });

  it('runs the examples as they are', async () => {
    expect(await (await curl('GET', '/health')).json()).toMatchObject({ status: 'ok' });
    const made = await curl(
      'POST',
      '/api/generate/text-to-image',
      '{"prompt":"A beautiful sunset","width":512,"height":512}',
    );
    expect(made.status).toBe(200);
    expect((await curl('GET', '/api/history')).status).toBe(200);
    expect((await curl('GET', '/api/history/1')).status).toBe(200);
    // curl -X DELETE names no type.
    const deleted = await fetch(`${server.url}/api/history/1`, { method: 'DELETE' });
    expect(await deleted.json()).toEqual({ success: true, message: 'Generation deleted' });
    expect((await curl('GET', '/api/history/1')).status).toBe(404);
  });

  it('describes every endpoint at /docs', async () => {
    const { body } = await call<{ paths: Record<string, object> }>(server, 'GET', '/docs/json', {
      key: null,
    });
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/generate/text-to-image',
        '/api/generate/image-to-image',
        '/api/generate/upscale',
        '/api/history',
        '/api/history/{id}',
        '/api/settings',
      ]),
    );
  });
});
