import { jest } from '@jest/globals';
import { exec, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Failure, failureCodes, type FailureCode } from '@atelier/sdk';
import sharp from 'sharp';
import { WebSocket } from 'ws';
import { failureTable, toErrorAnswer } from '../../src/dialects/flux-krea/failures.js';
import { type Answer, call } from '../harness/api.js';
import { createKey } from '../harness/keys.js';
import { addReferenceModel } from '../harness/models.js';
import { startServer, type TestServer } from '../harness/server.js';

// The sections of the document, in its order, with its own examples.
jest.setTimeout(240_000);

const run = promisify(exec);

/** It ships, and needs least time for the sizes of the document. */
const model = 'starter-scenes';

/** Of the architecture that the document is about: it paints at the size that is asked for. */
const large = 'flux-dev';

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startServer({ env: { ATELIER_KREA_PORT: 'auto', ATELIER_KREA_LIMITS: 'off' } });
  url = server.urlOf('flux-krea');
}, 90_000);
afterAll(() => server.stop());

type Body = { success: boolean; image: string; error: string; duration: number };

interface Job {
  job_id: string;
  state: string;
  inputs: Record<string, unknown>;
}

/** The least that a picture takes, so that a test is about what it names. */
const small = { prompt: 'A pebble', steps: 20, width: 512, height: 512 };

/** One that takes seconds, long enough to leave meanwhile. */
const slow = { prompt: 'A picture that takes its time', steps: 50 };

const generate = (body: unknown, headers: Record<string, string> = {}): Promise<Answer<Body>> =>
  call<Body>({ url, key: '' }, 'POST', '/generate', { key: null, body, headers });

const get = <Read>(route: string, headers: Record<string, string> = {}): Promise<Answer<Read>> =>
  call<Read>({ url, key: '' }, 'GET', route, { key: null, headers });

async function lastJob(): Promise<Job> {
  const { body } = await call<{ jobs: Job[] }>(server, 'GET', '/v1/jobs?limit=1');
  return body.jobs[0]!;
}

async function untilState(jobId: string, state: RegExp): Promise<void> {
  for (;;) {
    const { body } = await call<Job>(server, 'GET', `/v1/jobs/${jobId}`);
    if (state.test(body.state)) return;
    await delay(20);
  }
}

function pngOf(image: string): Buffer {
  expect(image).toMatch(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/);
  return Buffer.from(image.split(',')[1]!, 'base64');
}

async function sizeOf(image: string) {
  const { format, width, height } = await sharp(pngOf(image)).metadata();
  return { format, width, height };
}

function expectError(answer: Answer<Body>, status: number, error: string | RegExp): void {
  expect(answer).toMatchObject({
    status,
    body: { success: false, error: expect.stringMatching(error), duration: expect.any(Number) },
  });
  expect(Object.keys(answer.body).sort()).toEqual(['duration', 'error', 'success']);
}

describe('Authentication', () => {
  it('the API is open on this machine', async () => {
    expect((await generate(small)).status).toBe(200);
  });

  it('X-API-Key and Authorization: Bearer are taken, and pay', async () => {
    const ways: Record<string, string>[] = [
      { 'x-api-key': server.key },
      { authorization: `Bearer ${server.key}` },
    ];
    for (const headers of ways) {
      expect((await generate(small, headers)).status).toBe(200);
    }
  });

  it.each(['/health', '/models'])('a wrong key is refused at %s', async (route) => {
    const answer = await get<Body>(route, { 'x-api-key': 'your-secret-api-key' });
    expectError(answer, 401, /key/);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('a wrong key is refused where pictures are made, before the body is looked at', async () => {
    expectError(await generate({}, { authorization: 'Bearer your-jwt-token' }), 401, /key/);
  });

  it('what comes through a proxy needs a key', async () => {
    expectError(await generate(small, { 'x-forwarded-for': '203.0.113.9' }), 401, /key/);
  });

  it('a page of another site can make nothing', async () => {
    expectError(await generate(small, { origin: 'https://attacker.example' }), 403, /other sites/);
  });
});

describe('Health Check', () => {
  it('says which model and device there are', async () => {
    const { status, body } = await get<Record<string, string>>('/health');
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'healthy', model, device: 'cpu', version: '1.0.0' });
  });

  it('is that of another dialect on the main listener', async () => {
    const { body } = await call(server, 'GET', '/health', { key: null });
    expect(body).toEqual({ status: 'ok', version: expect.any(String) });
  });
});

describe('Generate Image', () => {
  it('makes the documented example and says how long it took', async () => {
    const { status, headers, body } = await generate({
      prompt: 'A majestic mountain landscape at sunset with snow-capped peaks',
      steps: 30,
      cfg_scale: 4.0,
      seed: 42,
      width: 1024,
      height: 1024,
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual({ success: true, image: expect.any(String), duration: expect.any(Number) });
    expect(body.duration).toBeGreaterThan(0);
    expect(await sharp(pngOf(body.image)).metadata()).toMatchObject({
      format: 'png',
      width: 1024,
      height: 1024,
    });
  });

  it('needs a prompt only and takes the documented defaults for the rest', async () => {
    const { stdout } = await run(
      `curl -s -X POST ${url}/generate -H "Content-Type: application/json" -d '{"prompt": "A magical forest"}'`,
      { maxBuffer: 100_000_000 },
    );
    expect(await sizeOf((JSON.parse(stdout) as Body).image)).toMatchObject({ width: 1024, height: 1024 });
    const { inputs } = await lastJob();
    expect(inputs).toMatchObject({
      prompt: 'A magical forest',
      steps: 30,
      guidance_scale: 4,
      width: 1024,
      height: 1024,
    });
    expect(Number(inputs.seed)).toBeGreaterThanOrEqual(0);
  });

  it('gives the same picture for the same seed, and another one for -1', async () => {
    const pictures = [];
    for (const seed of [42, 42, -1, -1]) pictures.push((await generate({ ...small, seed })).body.image);
    expect(pictures[1]).toBe(pictures[0]);
    expect(new Set(pictures).size).toBe(3);
  });

  it('takes the largest seed, which no double holds', async () => {
    const seed = '18446744073709551615';
    const response = await fetch(`${url}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(small).replace('}', `,"seed":${seed}}`),
    });
    expect(response.status).toBe(200);
    expect((await lastJob()).inputs.seed).toBe(seed);
  });

  it.each([
    ['prompt', 'x'.repeat(1000)],
    ['prompt', '😀'.repeat(1000)],
    ['steps', 50],
    ['cfg_scale', 1],
    ['cfg_scale', 10],
    ['width', 2048],
    ['height', 528],
  ])('takes a %s at its limit', async (name, value) => {
    expect((await generate({ ...small, [name]: value })).status).toBe(200);
  });

  it.each([
    ['prompt', ''],
    ['prompt', '  \n'],
    ['prompt', 'x'.repeat(1001)],
    ['prompt', 'x'.repeat(100_000)],
    ['steps', 19],
    ['steps', 51],
    ['steps', -1],
    ['cfg_scale', 0.99],
    ['cfg_scale', 10.01],
    ['seed', -2],
    ['seed', 0],
    ['width', 504],
    ['width', 2056],
    ['width', 1020],
    ['height', 511],
    ['height', 1e300],
  ])('refuses the %s %p as out of range', async (name, value) => {
    expectError(await generate({ ...small, [name]: value }), 400, new RegExp(`^${name} must .*\\.$`));
  });

  it.each([
    ['prompt', undefined],
    ['prompt', null],
    ['prompt', 7],
    ['prompt', ['A pebble']],
    ['steps', '30'],
    ['steps', 30.5],
    ['steps', null],
    ['cfg_scale', '4'],
    ['cfg_scale', true],
    ['seed', 1.5],
    ['seed', 'forty-two'],
    ['width', {}],
    ['height', '1024'],
  ])('refuses the %s %p as no valid request', async (name, value) => {
    expectError(
      await generate({ ...small, [name]: value }),
      422,
      new RegExp(`^${name} (must|is required).*\\.$`),
    );
  });

  it('says everything that is wrong at once', async () => {
    const answer = await generate({ ...small, steps: 3, width: 513 });
    expectError(answer, 400, /^steps must .* 20 to 50; width must .* divisible by 8\.$/);
  });

  it.each([
    ['no JSON', '{"prompt":', 400],
    ['no object', '[]', 422],
    ['nothing', '', 422],
    ['too large', `{"prompt":"${'x'.repeat(11_000_000)}"}`, 413],
  ])('refuses a body that is %s', async (_, body, status) => {
    const response = await fetch(`${url}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ success: false, error: expect.any(String) });
  });

  it('works as the documented curl command', async () => {
    const { stdout } = await run(
      `curl -s -X POST ${url}/generate \\
      -H "Content-Type: application/json" \\
      -d '{
        "prompt": "A futuristic city with flying cars",
        "steps": 30,
        "cfg_scale": 4.0,
        "seed": -1,
        "width": 1024,
        "height": 1024
      }'`,
      { maxBuffer: 100_000_000 },
    );
    expect(JSON.parse(stdout)).toMatchObject({ success: true });
  });
});

describe('a caller who leaves', () => {
  it('cancels the job, whose device is free again', async () => {
    const request = http.request(`${url}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    request.on('error', () => undefined);
    request.end(JSON.stringify(slow));
    await delay(1_000);
    const { job_id: jobId } = await lastJob();
    await untilState(jobId, /running/);
    request.destroy();
    await untilState(jobId, /cancelled/);
    expect((await generate(small)).status).toBe(200);
  });

  it('is told when the job is cancelled by someone else', async () => {
    const answer = generate(slow);
    await delay(500);
    const { job_id: jobId } = await lastJob();
    await call(server, 'POST', `/v1/jobs/${jobId}/cancel`);
    expectError(await answer, 500, /cancelled/);
  });
});

describe('List Models', () => {
  it('names the installed models that make pictures', async () => {
    const { status, body } = await get<{ models: string[] }>('/models');
    expect(status).toBe(200);
    expect(body).toEqual({ models: [model] });
  });
});

type Message = { type: string; data: Record<string, unknown> };

/** Collects what comes over the socket until `enough`. */
function listen(socket: WebSocket, enough: (messages: Message[]) => boolean): Promise<Message[]> {
  const messages: Message[] = [];
  return new Promise((resolve, reject) => {
    socket.on('message', (data) => {
      messages.push(JSON.parse(String(data)) as Message);
      if (enough(messages)) resolve(messages);
    });
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)));
    socket.on('error', reject);
  });
}

const ended = (count: number) => (messages: Message[]) =>
  messages.filter(({ type }) => type !== 'progress').length === count;

async function connect(place = url, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(`${place.replace('http', 'ws')}/ws`, { headers });
  await once(socket, 'open');
  return socket;
}

describe('WebSocket Endpoint', () => {
  const sockets: WebSocket[] = [];
  const open = async (): Promise<WebSocket> => {
    const socket = await connect();
    sockets.push(socket);
    return socket;
  };
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.removeAllListeners().terminate();
  });
  const ask = (socket: WebSocket, data: unknown): void =>
    socket.send(JSON.stringify({ type: 'generate', data }));

  it('gives the progress of each step, then the picture', async () => {
    const socket = await open();
    const heard = listen(socket, ended(1));
    ask(socket, {
      prompt: 'A beautiful sunset',
      steps: 20,
      cfg_scale: 4.0,
      seed: -1,
      width: 1024,
      height: 1024,
    });
    const messages = await heard;
    const progress = messages.slice(0, -1);
    const steps = progress.map(({ data }) => data.step);
    // Five a second at most, so quick machines leave most out.
    expect(steps.length).toBeGreaterThanOrEqual(1);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => Number(a) - Number(b)));
    expect(progress.at(-1)).toEqual({
      type: 'progress',
      data: { step: 20, total_steps: 20, percentage: 100 },
    });
    for (const { type, data } of progress) {
      expect({ type, total: data.total_steps, percentage: data.percentage }).toEqual({
        type: 'progress',
        total: 20,
        percentage: Number(data.step) * 5,
      });
    }
    const { type, data } = messages.at(-1)!;
    expect({ type, data }).toEqual({
      type: 'complete',
      data: { image: expect.any(String), duration: expect.any(Number) },
    });
    expect(await sharp(pngOf(String(data.image))).metadata()).toMatchObject({ width: 1024, height: 1024 });
  });

  it('makes what several messages ask for one after the other', async () => {
    const socket = await open();
    const heard = listen(socket, ended(2));
    ask(socket, { ...small, height: 512 });
    ask(socket, { ...small, height: 528 });
    const pictures = (await heard).filter(({ type }) => type === 'complete');
    const heights = pictures.map(
      async ({ data }) => (await sharp(pngOf(String(data.image))).metadata()).height,
    );
    expect(await Promise.all(heights)).toEqual([512, 528]);
  });

  it.each([
    ['no JSON', '{', /JSON/],
    ['an unknown type', '{"type":"paint","data":{}}', /generate/],
    ['no request', '{"type":"generate"}', /generate/],
    ['a value out of range', '{"type":"generate","data":{"prompt":"A pebble","steps":3}}', /^steps must/],
  ])('answers %s with an error, and goes on', async (_, text, error) => {
    const socket = await open();
    const heard = listen(socket, ended(2));
    socket.send(text);
    await delay(100);
    ask(socket, small);
    const [first, ...rest] = (await heard).filter(({ type }) => type !== 'progress');
    expect(first).toEqual({ type: 'error', data: { error: expect.stringMatching(error) } });
    expect(rest.at(-1)?.type).toBe('complete');
  });

  it('refuses binary frames with an error, and ends on frames that are far too large', async () => {
    const socket = await open();
    const heard = listen(socket, ended(1));
    socket.send(Buffer.from('{}'));
    expect(await heard).toEqual([{ type: 'error', data: { error: expect.stringMatching(/text frames/) } }]);
    const closed = once(socket, 'close') as Promise<[number]>;
    socket.send('x'.repeat(100_000));
    expect((await closed)[0]).toBe(1009);
  });

  it('cancels the job of a socket that is closed', async () => {
    const socket = await open();
    ask(socket, slow);
    await delay(500);
    const { job_id: jobId } = await lastJob();
    await untilState(jobId, /running/);
    socket.terminate();
    await untilState(jobId, /cancelled/);
  });

  it.each([
    ['of a page of another site', '/ws', { origin: 'https://attacker.example' }, 403],
    ['for a foreign host name', '/ws', { host: 'attacker.example' }, 403],
    ['with a wrong key', '/ws', { 'x-api-key': 'nonsense' }, 401],
    ['through a proxy without a key', '/ws', { 'x-forwarded-for': '203.0.113.9' }, 401],
    ['at a path that has none', '/wss', {}, 404],
  ])('refuses a socket %s in the words of the document', async (_, route, headers, status) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${route}`, { headers });
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, http.IncomingMessage];
    expect(response.statusCode).toBe(status);
    const chunks = await response.toArray();
    expect(JSON.parse(Buffer.concat(chunks as Buffer[]).toString())).toMatchObject({ success: false });
  });

  it('takes a socket with a key, and one of a page of this machine', async () => {
    const ways: Record<string, string>[] = [{ 'x-api-key': server.key }, { origin: 'http://localhost:3000' }];
    for (const headers of ways) {
      (await connect(url, headers)).close();
    }
  });

  it('is there on the main listener as well', async () => {
    (await connect(server.url)).close();
  });
});

describe('Error Codes', () => {
  it('503: the memory is not enough for the picture, or the queue is full', async () => {
    const tight = await startServer({ env: { ATELIER_QUEUE_LIMIT: '1', ATELIER_DEVICES: 'cpu:0=600' } });
    await addReferenceModel(tight, large);
    const ask = (body: object) => call<Body>(tight, 'POST', '/generate', { key: null, body });
    expectError(await ask(small), 503, /memory/);
    await tight.stop();

    const busy = await startServer({ env: { ATELIER_QUEUE_LIMIT: '1' } });
    await addReferenceModel(busy, large);
    const leaving = new AbortController();
    const first = fetch(`${busy.url}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(slow),
      signal: leaving.signal,
    }).catch(() => null);
    await delay(500);
    const second = await call<Body>(busy, 'POST', '/generate', { key: null, body: small });
    expectError(second, 503, /queue is full/);
    expect(second.headers.get('retry-after')).toMatch(/^\d+$/);
    leaving.abort();
    await first;
    await busy.stop();
  });

  it('500: there is no model, which health says too, until one is installed; 400: a size that it cannot make', async () => {
    const env = { ATELIER_KREA_PORT: 'auto', ATELIER_STARTER_MODELS: 'off' };
    const bare = await startServer({ env });
    const place = { url: bare.urlOf('flux-krea'), key: '' };
    const ask = (more = {}) =>
      call<Body>(place, 'POST', '/generate', { key: null, body: { ...small, ...more } });
    const health = () => call(place, 'GET', '/health', { key: null });
    expect((await health()).body).toMatchObject({ status: 'unhealthy', model: '' });
    expectError(await ask(), 500, /models add/);
    await addReferenceModel(bare, large);
    expect((await health()).body).toMatchObject({ status: 'healthy', model: large });
    expect((await ask()).status).toBe(200);
    // Of the model: sides are multiples of 16.
    expectError(await ask({ height: 520 }), 400, /16/);
    await bare.stop();
  });

  it('every failure has a status, and the error body of the document', () => {
    expect(Object.keys(failureTable).sort()).toEqual(Object.keys(failureCodes).sort());
    for (const code of Object.keys(failureCodes) as FailureCode[]) {
      expect(toErrorAnswer(new Failure(code, 'It says what to do.'), 500)).toEqual({
        status: failureTable[code],
        body: { success: false, error: 'It says what to do.', duration: 0.5 },
      });
    }
  });

  it('an account without credits is told so, and nothing is made', async () => {
    const key = await createKey(server.home, { credits: 0 });
    const answer = await call<Body>({ url, key }, 'POST', '/generate', { body: small });
    expectError(answer, 402, /credits/);
  });

  it('another method and an unknown path are refused in the same words', async () => {
    expectError(await get<Body>('/generate'), 405, /POST/);
    expectError(await get<Body>('/nowhere'), 404, /nothing/);
  });
});

describe('Best Practices', () => {
  /** Of "Error Handling" and "Retry Logic" in the document. */
  async function generateImage(prompt: string): Promise<string> {
    const response = await fetch(`${url}/generate`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ prompt }),
    });
    const data = (await response.json()) as Body;
    if (!response.ok) throw new Error(data.error || 'Generation failed');
    return data.image;
  }

  it('the error handling shows the sentence of an error', async () => {
    await expect(generateImage('')).rejects.toThrow('prompt must not be empty.');
  });
});

describe('SDK Examples', () => {
  class FluxKreaClient {
    constructor(
      private readonly apiUrl: string,
      private readonly apiKey?: string,
    ) {}

    async generate(prompt: string, options: Record<string, unknown> = {}): Promise<string> {
      const response = await fetch(`${this.apiUrl}/generate`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(this.apiKey && { 'X-API-Key': this.apiKey }),
        },
        body: JSON.stringify({
          prompt,
          steps: 30,
          cfg_scale: 4.0,
          seed: -1,
          width: 1024,
          height: 1024,
          ...options,
        }),
      });
      const data = (await response.json()) as Body;
      if (!data.success) throw new Error(data.error);
      return data.image;
    }
  }

  it('the JavaScript client works, with and without a key', async () => {
    const options = { steps: 40, seed: 12345 };
    const image = await new FluxKreaClient(url).generate('A cosmic nebula', options);
    expect(await new FluxKreaClient(url, server.key).generate('A cosmic nebula', options)).toBe(image);
    await expect(new FluxKreaClient(url, 'nonsense').generate('A cosmic nebula')).rejects.toThrow(/key/);
  });

  it('the Python client works', async () => {
    const reason = await run('python3 -c "import requests"').then(
      () => null,
      () => 'python3 with the package requests is not installed',
    );
    if (reason !== null) return console.warn(`skipped: ${reason}`);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-test-'));
    await writeFile(path.join(folder, 'client.py'), pythonClient);
    await promisify(execFile)('python3', ['client.py', url], { cwd: folder });
    const picture = await sharp(await readFile(path.join(folder, 'generated.png'))).metadata();
    expect(picture).toMatchObject({ format: 'png', width: 1024, height: 1024 });
    await rm(folder, { recursive: true });
  });
});

const pythonClient = `
import base64
import sys
import requests
from typing import Optional, Dict, Any

class FluxKreaClient:
    def __init__(self, api_url: str, api_key: Optional[str] = None):
        self.api_url = api_url.rstrip('/')
        self.api_key = api_key
        self.session = requests.Session()

        if api_key:
            self.session.headers['X-API-Key'] = api_key

    def generate(
        self,
        prompt: str,
        steps: int = 30,
        cfg_scale: float = 4.0,
        seed: int = -1,
        width: int = 1024,
        height: int = 1024
    ) -> str:
        response = self.session.post(
            f"{self.api_url}/generate",
            json={
                "prompt": prompt,
                "steps": steps,
                "cfg_scale": cfg_scale,
                "seed": seed,
                "width": width,
                "height": height
            }
        )

        response.raise_for_status()
        data = response.json()

        if not data["success"]:
            raise Exception(data["error"])

        return data["image"]

    def health_check(self) -> Dict[str, Any]:
        response = self.session.get(f"{self.api_url}/health")
        response.raise_for_status()
        return response.json()

client = FluxKreaClient(sys.argv[1])
assert client.health_check()["version"] == "1.0.0"
image_data = client.generate("A serene Japanese garden", steps=35, seed=42)

image_bytes = base64.b64decode(image_data.split(",")[1])
with open("generated.png", "wb") as f:
    f.write(image_bytes)
`;

describe('cURL', () => {
  it('the picture of all parameters can be decoded into a file', async () => {
    const { body } = await generate(
      {
        prompt: 'A futuristic spacecraft in deep space',
        steps: 40,
        cfg_scale: 5.0,
        seed: 12345,
        width: 1280,
        height: 768,
      },
      { 'X-API-Key': server.key },
    );
    expect(await sharp(pngOf(body.image)).metadata()).toMatchObject({ width: 1280, height: 768 });
  });
});

describe('Performance Tips', () => {
  it('several requests sent in parallel are all answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => generate({ ...small, prompt: `Pebble ${index}` })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.image)).size).toBe(5);
  });
});

describe('the description of the API', () => {
  it('has the endpoints with the limits of their values', async () => {
    const { body } = await get<{ paths: Record<string, Record<string, object>> }>('/docs/json');
    expect(body.paths['/models']).toHaveProperty('get');
    expect(body.paths['/generate']?.post).toMatchObject({
      requestBody: {
        content: {
          'application/json': {
            schema: {
              properties: { steps: { minimum: 20, maximum: 50, default: 30 } },
              required: ['prompt'],
            },
          },
        },
      },
    });
  });
});
