import { jest } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { failureCodes, type FailureCode } from '@atelier/sdk';
import sharp from 'sharp';
import { failureTable } from '../../src/dialects/visual-creativity/failures.js';
import { Receiver } from '../cloud/receiver.js';
import { addWebhook } from '../cloud/webhooks-api.js';
import { type Answer, call, type CallOptions } from '../harness/api.js';
import { createKey } from '../harness/keys.js';
import { addReferenceModel } from '../harness/models.js';
import { startServer, type TestServer } from '../harness/server.js';
import { type Generation, type Refused, scene, type Status, untilDone } from './visual-creativity-client.js';

// The sections of the document, in its order, with its own examples filled in.
jest.setTimeout(60_000);

let server: TestServer;
let withoutModel: Answer<Generation & Refused>;
/** keys of accounts of their own */
let poor: string;
let sandbox: string;
beforeAll(async () => {
  server = await startServer({
    env: { ATELIER_STARTER_MODELS: 'off', ATELIER_WEBHOOK_ALLOW_LOOPBACK: '1' },
  });
  withoutModel = await create({ scene });
  [poor, sandbox] = await Promise.all([
    createKey(server.home, { credits: 1 }),
    createKey(server.home, { sandbox: true }),
    addReferenceModel(server, 'sd'),
  ]);
}, 90_000);
afterAll(() => server.stop());

const create = (body: unknown, options: CallOptions = {}): Promise<Answer<Generation & Refused>> =>
  call(server, 'POST', '/v1/generate/image', { ...options, body });
const get = <Body>(route: string, options: CallOptions = {}) =>
  call<Body & Refused>(server, 'GET', route, options);
const statusOf = (id: string, options: CallOptions = {}) => get<Status>(`/v1/generate/status/${id}`, options);

function expectError(answer: Answer<unknown>, code: number, details: object = {}): void {
  expect(answer).toMatchObject({
    status: code,
    body: {
      error: {
        code,
        message: expect.stringMatching(/^.*[.?!]$/s),
        details: { reason: expect.any(String), ...details },
      },
    },
  });
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.js:|\/tmp\//);
}

describe('Authentication', () => {
  it('takes the key as Authorization: Bearer', async () => {
    const response = await fetch(`${server.url}/v1/styles`, {
      headers: { Authorization: `Bearer ${server.key}` },
    });
    expect(response.status).toBe(200);
  });

  it.each([
    ['/v1/styles', 'no key', {}],
    ['/v1/models', 'a wrong key', { authorization: 'Bearer your_api_key' }],
    ['/v1/generate/status/job_1', 'no key', {}],
    ['/v1/generate/nowhere', 'a path that is not there', { authorization: 'Bearer nonsense' }],
  ])('answers %s with a number and a sentence for %s', async (route, _, headers) => {
    const answer = await get(route, { key: null, headers });
    expectError(answer, route.endsWith('nowhere') ? 404 : 401);
  });
});

describe('Create Image', () => {
  let made: Generation;

  it('takes the documented request and answers with an id, a status and where the picture will be', async () => {
    const { status, body } = await create({
      scene: {
        subjects: [{ type: 'lighthouse', style: 'watercolour', pose: 'standing on a cliff' }],
        background: { type: 'sea', style: 'misty' },
        resolution: '128x96',
        format: 'png',
      },
    });
    expect(status).toBe(202);
    expect(body).toEqual({
      id: expect.any(String),
      status: 'queued',
      url: expect.stringMatching(/^http:\/\/127/),
      metadata: { resolution: '128x96', format: 'png', generation_time: 0 },
    });
    made = body;
  });

  it('gives a url that says so until the picture is made, and serves it without a key afterwards', async () => {
    const { body } = await create({ scene: { ...scene, resolution: '256x256' } });
    const early = await fetch(body.url);
    if (early.status !== 200) {
      expect(early.status).toBe(404);
      expect(early.headers.get('retry-after')).toBe('2');
      expect(await early.json()).toMatchObject({
        error: { code: 404, message: expect.stringMatching(/not made yet/) },
      });
    }
    await untilDone(server, body.id);
    const picture = await fetch(body.url);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(await sharp(await picture.arrayBuffer()).metadata()).toMatchObject({ width: 256, height: 256 });
  });

  it('writes the scene into a prompt, with what its styles add', async () => {
    await untilDone(server, made.id);
    const { body } = await get<{ inputs: Record<string, unknown> }>(`/v1/jobs/${made.id}`);
    expect(body.inputs).toMatchObject({
      prompt: expect.stringMatching(
        /^lighthouse standing on a cliff, sea in the background, watercolour painting, .*mist/,
      ),
      negative_prompt: 'photo',
    });
  });

  it.each([
    ['PNG', 'png', 'image/png'],
    ['.jpg', 'jpeg', 'image/jpeg'],
    ['JPEG', 'jpeg', 'image/jpeg'],
    ['image/webp', 'webp', 'image/webp'],
    ['Tif', 'tiff', 'image/tiff'],
  ])('makes a file of the format %s', async (format, written, type) => {
    const { body } = await create({ scene: { ...scene, format } });
    expect(body.metadata.format).toBe(written);
    expect(await untilDone(server, body.id)).toMatchObject({ status: 'completed' });
    const picture = await fetch(body.url);
    expect(picture.headers.get('content-type')).toBe(type);
    const { format: found, width } = await sharp(await picture.arrayBuffer()).metadata();
    expect({ found, width }).toEqual({ found: written, width: 64 });
  });

  it.each([
    ['100 x 80 px', { width: 100, height: 80 }],
    [72, { width: 72, height: 72 }],
    ['HD', { width: 1280, height: 720 }],
  ])('makes a picture of the size %p, whatever the model paints', async (resolution, size) => {
    const { body } = await create({ scene: { ...scene, resolution } });
    expect(body.metadata.resolution).toBe(`${size.width}x${size.height}`);
    await untilDone(server, body.id);
    const picture = await fetch(body.url);
    expect(await sharp(await picture.arrayBuffer()).metadata()).toMatchObject(size);
  });

  it.each([
    [
      { subjects: [{ type: 'lake', style: 'watercolr' }] },
      'scene.subjects[0].style',
      /watercolr.*did you mean “watercolo/,
    ],
    [{ ...scene, background: { style: 'nonsense' } }, 'scene.background.style', /nonsense.*GET \/v1\/styles/],
    [{ ...scene, format: 'jpgg' }, 'scene.format', /jpgg.*did you mean/],
    [{ ...scene, format: 'docx' }, 'scene.format', /docx.*png, jpeg/],
    [{ ...scene, resolution: 'huge' }, 'scene.resolution', /huge/],
    [{ ...scene, resolution: '8k' }, 'scene.resolution', /64 to 4096/],
    [{ ...scene, resolution: '0x0' }, 'scene.resolution', /64 to 4096/],
    [{ ...scene, resolution: '1:90000' }, 'scene.resolution', /64 to 4096/],
    [{ subjects: [] }, 'scene.subjects', /at least one/],
    [{ subjects: 'lake' }, 'scene.subjects', /list/],
    [{ subjects: [{ type: 3 }] }, 'scene.subjects[0].type', /text/],
    [undefined, 'scene', /required/],
  ])('names what is wrong with the scene %j', async (wrong, field, reason) => {
    expectError(await create({ scene: wrong }), 400, { field, reason: expect.stringMatching(reason) });
  });

  it('says everything that is wrong at once', async () => {
    const answer = await create({ scene: { subjects: [{ style: 'x9' }], format: 'y', resolution: 'z' } });
    expectError(answer, 400, { field: 'scene.subjects[0].style' });
    expect(answer.body.error.details.problems).toHaveLength(4);
  });

  it('passes over what it does not know, and takes empty and null fields as left out', async () => {
    const { status, body } = await create({
      scene: { ...scene, background: null, mood: 'calm', format: '' },
      user: 'someone',
    });
    expect({ status, format: body.metadata.format }).toEqual({ status: 202, format: 'png' });
  });

  it('repeats a picture by its seed', async () => {
    const pictures = [];
    for (const seed of [7, 7, 8]) {
      const { body } = await create({ scene, seed });
      await untilDone(server, body.id);
      pictures.push(Buffer.from(await (await fetch(body.url)).arrayBuffer()).toString('base64'));
    }
    expect(pictures[1]).toBe(pictures[0]);
    expect(pictures[2]).not.toBe(pictures[0]);
  });

  it('makes one picture for one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'scene-1' };
    const [first, second] = [await create({ scene }, { headers }), await create({ scene }, { headers })];
    expect(second.body.id).toBe(first.body.id);
    expectError(await create({ scene, seed: 1 }, { headers }), 422);
  });

  it('costs credits, but not with a sandbox key', async () => {
    expectError(await create({ scene }, { key: poor }), 402, { required: 5, available: 1 });
    expect((await create({ scene }, { key: sandbox })).status).toBe(202);
  });
});

describe('Get Generation Status', () => {
  it('tells the status, the progress in percent and the seconds that are left, up to the end', async () => {
    const { body } = await create({ scene: { ...scene, resolution: '128x128' }, seed: 99 });
    const seen: Status[] = [];
    for (;;) {
      const status = (await statusOf(body.id)).body;
      seen.push(status);
      if (!['queued', 'processing'].includes(status.status)) break;
      await delay(20);
    }
    for (const { progress } of seen) expect(Number.isInteger(progress)).toBe(true);
    const progresses = seen.map(({ progress }) => progress);
    expect(progresses).toEqual([...progresses].sort((one, other) => one - other));
    expect(seen.at(-1)).toEqual({
      id: body.id,
      status: 'completed',
      progress: 100,
      eta: 0,
      url: expect.stringContaining(body.id),
      metadata: { resolution: '128x128', format: 'png', generation_time: expect.any(Number) },
    });
    expect(seen.at(-1)!.metadata.generation_time).toBeGreaterThan(0);
  });

  it('is 404 for what is no generation, or another account’s', async () => {
    const { body } = await create({ scene });
    expectError(await statusOf(body.id, { key: poor }), 404);
    expectError(await get(`/v1/generate/image/${body.id}.png`, { key: poor }), 404);
    expectError(await statusOf('job_123'), 404);
    expectError(await statusOf('..%2F..%2Fetc'), 400);
    const { body: job } = await call<{ job_id: string }>(server, 'POST', '/v1/jobs', {
      body: { pipeline: 'text_to_image', inputs: { prompt: 'A pebble', width: 64, height: 64, steps: 1 } },
    });
    expectError(await statusOf(job.job_id), 404);
  });

  it('ends as cancelled for one that is cancelled, whose picture never comes', async () => {
    const { body } = await create({ scene: { ...scene, resolution: '4k' }, seed: 4 });
    const cancelled = await call<Status>(server, 'POST', `/v1/generate/cancel/${body.id}`);
    expect(cancelled).toMatchObject({ status: 200, body: { id: body.id, status: 'cancelled', eta: 0 } });
    expect((await call(server, 'POST', `/v1/generate/cancel/${body.id}`)).status).toBe(200);
    const picture = await fetch(body.url);
    expect(picture.status).toBe(404);
    expect(picture.headers.get('retry-after')).toBeNull();
  });

  it('serves no picture under an address that was changed', async () => {
    const { body } = await create({ scene });
    await untilDone(server, body.id);
    for (const wrong of [body.url.replace('expires=1', 'expires=2'), `${body.url}x`]) {
      expect(await (await fetch(wrong)).json()).toMatchObject({ error: { code: 403 } });
    }
    const bare = body.url.split('?')[0]!;
    expect(await (await fetch(bare)).json()).toMatchObject({ error: { code: 401 } });
    const headers = { authorization: `Bearer ${server.key}` };
    expect((await fetch(bare, { headers })).status).toBe(200);
  });
});

interface StyleAnswer {
  id: string;
  name: string;
  description: string;
  parameters: Record<string, string>;
  preview_url: string | null;
}

describe('Style API', () => {
  it('List Styles gives at least a dozen, as documented', async () => {
    const { status, body } = await get<{ styles: StyleAnswer[] }>('/v1/styles');
    expect(status).toBe(200);
    expect(body.styles.length).toBeGreaterThanOrEqual(12);
    for (const style of body.styles) {
      expect(style).toEqual({
        id: expect.stringMatching(/^[a-z0-9-]+$/),
        name: expect.any(String),
        description: expect.any(String),
        preview_url: style.preview_url === null ? null : expect.stringMatching(/^http/),
      });
    }
  });

  it('Get Style Details gives its parameters', async () => {
    const { body } = await get<StyleAnswer>('/v1/styles/watercolour');
    expect(body).toMatchObject({
      id: 'watercolour',
      name: 'Watercolour',
      description: expect.any(String),
      parameters: {
        artistic_style: expect.any(String),
        color_scheme: expect.any(String),
        lighting: expect.any(String),
      },
    });
    const unknown = await get('/v1/styles/watercolor');
    expectError(unknown, 404);
    expect(unknown.body.error.message).toMatch(/did you mean “watercolour”/);
  });

  it('takes a style that is added while the server runs, with its preview', async () => {
    const folder = path.join(server.home, 'styles');
    await mkdir(path.join(folder, 'previews'), { recursive: true });
    const style = {
      id: 'chalk',
      name: 'Chalk',
      description: 'Chalk on a blackboard.',
      parameters: { artistic_style: 'chalk drawing', color_scheme: 'white on black', lighting: 'flat' },
      prompt: 'chalk drawing on a blackboard',
    };
    await writeFile(path.join(folder, 'chalk.json'), JSON.stringify(style));
    await writeFile(path.join(folder, 'broken.json'), '{');
    expect((await get<StyleAnswer>('/v1/styles/chalk')).body.preview_url).toBeNull();
    expectError(await get('/v1/styles/chalk/preview.jpg'), 404);
    expectError(await get('/v1/styles/broken'), 404);
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#222' } })
      .jpeg()
      .toBuffer();
    await writeFile(path.join(folder, 'previews/chalk.jpg'), picture);
    const { body } = await get<StyleAnswer>('/v1/styles/chalk');
    const preview = await fetch(body.preview_url!);
    expect(Buffer.from(await preview.arrayBuffer()).equals(picture)).toBe(true);
    const etag = preview.headers.get('etag')!;
    expect((await fetch(body.preview_url!, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect(
      (await create({ scene: { subjects: [{ type: 'cat', style: 'CHALK style' }], resolution: 64 } })).status,
    ).toBe(202);
  });
});

describe('Model API', () => {
  it('List Models gives what is installed', async () => {
    const { body } = await get<{ models: object[] }>('/v1/models');
    expect(body.models).toContainEqual({
      id: 'sd',
      name: expect.any(String),
      version: expect.any(String),
      capabilities: expect.arrayContaining(['text-to-image']),
    });
  });

  it('Get Model Details gives its range and formats', async () => {
    const { body } = await get('/v1/models/sd');
    expect(body).toEqual({
      id: 'sd',
      name: expect.any(String),
      version: expect.any(String),
      capabilities: expect.arrayContaining(['text-to-image']),
      parameters: {
        resolution_range: {
          min: expect.stringMatching(/^\d+x\d+$/),
          max: expect.stringMatching(/^\d+x\d+$/),
        },
        supported_formats: expect.arrayContaining(['png', 'jpeg', 'webp']),
      },
    });
    expectError(await get('/v1/models/sdd'), 404);
  });

  it('a model can be asked for by its id or name, and one that is not there is named', async () => {
    expect((await create({ scene, model: 'SD' })).status).toBe(202);
    expectError(await create({ scene, model: 'sd-9' }), 400, { field: 'model' });
  });
});

describe('Error Handling', () => {
  it('has a number for every failure, and the documented ones for what the document names', () => {
    expect(Object.keys(failureTable).sort()).toEqual(Object.keys(failureCodes).sort());
    const documented: Partial<Record<FailureCode, number>> = {
      'invalid-input': 400,
      'invalid-key': 401,
      forbidden: 403,
      'not-found': 404,
      'rate-limited': 429,
      internal: 500,
    };
    expect(failureTable).toMatchObject(documented);
  });

  it.each([
    ['no JSON', '{"scene":', 400],
    ['no object', '[]', 400],
    ['nothing', '', 400],
    ['too large', `{"scene":"${'x'.repeat(11_000_000)}"}`, 413],
    ['a change of the prototype', '{"scene":{"__proto__":{"type":"x"}}}', 400],
  ])('answers a body that is %s', async (_, body, code) => {
    const response = await fetch(`${server.url}/v1/generate/image`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body,
    });
    expectError({ status: response.status, headers: response.headers, body: await response.json() }, code);
  });

  it('answers another method and an unknown path in the same words', async () => {
    expectError(await call(server, 'DELETE', '/v1/styles'), 405);
    expectError(await get('/v1/models/sd/nowhere'), 404);
  });
});

describe('Rate Limits', () => {
  it('gives the standard tier 100 requests a minute, which every answer counts', async () => {
    const standard = await createKey(server.home, { plan: 'free' });
    const send = () => get('/v1/models', { key: standard });
    const first = await send();
    expect(first.status).toBe(200);
    expect(first.headers.get('x-ratelimit-limit')).toBe('100');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('99');
    const others = await Promise.all(Array.from({ length: 100 }, send));
    const refused = others.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(1);
    expectError(refused[0]!, 429);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('gives the professional tier 1000, and enterprise no limit', async () => {
    const limits = ['pro', 'enterprise'].map(async (plan) => {
      const key = await createKey(server.home, { plan });
      return (await get('/v1/models', { key })).headers.get('x-ratelimit-limit');
    });
    expect(await Promise.all(limits)).toEqual(['1000', null]);
  });
});

describe('Webhooks', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await Receiver.start();
    const events = ['generation.completed', 'generation.failed', 'style.added'];
    await addWebhook(server, `${receiver.url}/hook`, events, 'secret');
  });
  afterAll(() => receiver.stop());
  const received = async (event: string) =>
    JSON.parse((await receiver.untilReceived(event))[0]!.body) as { data: Record<string, unknown> };

  it('tell of a generation that has completed, with where its picture is', async () => {
    const { body } = await create({ scene, seed: 50 });
    const { data } = await received('generation.completed');
    expect(data).toEqual({
      id: body.id,
      status: 'completed',
      url: expect.any(String),
      metadata: { resolution: '64x64', format: 'png', generation_time: expect.any(Number) },
    });
    expect((await fetch(String(data.url))).headers.get('content-type')).toBe('image/png');
  });

  it('tell of a new style', async () => {
    const chalk = await get<StyleAnswer>('/v1/styles/chalk');
    const { preview_url: _, ...style } = chalk.body;
    const wax = { ...style, id: 'wax', name: 'Wax', prompt: 'wax crayons' };
    await writeFile(path.join(server.home, 'styles/wax.json'), JSON.stringify(wax));
    const { data } = await received('style.added');
    expect(data).toEqual({ style_id: 'wax', name: 'Wax', description: style.description });
  });
});

it('a server without a model says what to do', () => {
  expectError(withoutModel, 503);
  expect(withoutModel.body.error.message).toMatch(/atelier models add/);
});
