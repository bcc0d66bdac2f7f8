import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { jest } from '@jest/globals';
import CRAudioViz, { APIError, JobFailedError, RateLimitError, verifyWebhook } from '@atelier/client';
import sharp from 'sharp';
import { Receiver } from '../cloud/receiver.js';
import { oneNode, pause, submit } from '../faults/pipelines.js';
import { submitCounting, testPlugins } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { adapted, Desk, snippet } from './snippets.js';

// The JavaScript of the craudioviz document, and what the client does beside it.
jest.setTimeout(60_000);

const photo = path.resolve(import.meta.dirname, '../../docs/sample/photo.jpg');

let server: TestServer;
let receiver: Receiver;
let desk: Desk;
let client: CRAudioViz;
beforeAll(async () => {
  receiver = await Receiver.start();
  desk = await Desk.open();
  server = await startServer({ plugins: [testPlugins], env: { ATELIER_WEBHOOK_ALLOW_LOOPBACK: '1' } });
  client = new CRAudioViz({ apiKey: server.key, baseUrl: `${server.url}/v1` });
}, 90_000);
afterAll(async () => {
  await server.stop();
  await receiver.stop();
  await desk.close();
});

describe('the snippets of the document', () => {
  it('make a logo', async () => {
    const printed = await desk.run(adapted(await snippet('sdk'), server));
    expect(printed).toMatch(/^Logo created: http:\S+\/v1\/files\/\S+$/);
    const logo = await fetch(printed.replace('Logo created: ', ''));
    expect((await sharp(await logo.arrayBuffer()).metadata()).width).toBeGreaterThan(100);
  });

  it('resize many pictures', async () => {
    for (const name of ['image1.jpg', 'image2.jpg', 'image3.jpg'])
      await copyFile(photo, path.join(desk.folder, name));
    const text = adapted(await snippet('batch-resize'), server);
    const urls = JSON.parse(await desk.run(`${text}\nconsole.log(JSON.stringify(resizedUrls));`)) as string[];
    expect(urls).toHaveLength(3);
    for (const url of urls) {
      const picture = await sharp(await (await fetch(url)).arrayBuffer()).metadata();
      expect(picture).toMatchObject({ width: 1000, height: 1000 });
    }
  });

  it('keep a project', async () => {
    const { id } = await client.projects.create({ name: 'Kept' });
    const opening =
      "const CRAudioViz = require('@atelier/client');\nconst client = new CRAudioViz({ apiKey: 'YOUR_API_KEY' });";
    const text = adapted(`${opening}\n${await snippet('caching')}`, server);
    const ending = `const project = await getCachedProject('${id}');
      console.log(project.name, project === await getCachedProject('${id}'));
      process.exit();`;
    expect(await desk.run(`${text}\n${ending}`)).toBe('Kept true');
  });

  it('verify a webhook as the client does', async () => {
    const secret = 'your_webhook_secret';
    const { id } = await client.webhooks.create({ url: receiver.url, events: ['job.completed'], secret });
    const { delivery_id: delivery } = await client.webhooks.test(id);
    const [received] = await receiver.untilReceived('webhook.test');
    const { body, headers } = received!;
    const signature = headers['x-craudioviz-signature']!;
    const asked = `console.log(verifyWebhook(${JSON.stringify(body)}, '${signature}', '${secret}'));`;
    expect(await desk.run(`${await snippet('verify-webhook')}\n${asked}`)).toBe('true');
    expect(verifyWebhook(body, signature, secret)).toBe(true);
    expect(verifyWebhook(Buffer.from(body), signature, secret)).toBe(true);
    expect(verifyWebhook(`${body} `, signature, secret)).toBe(false);
    expect(verifyWebhook(body, undefined, secret)).toBe(false);

    await client.webhooks.replay(id, delivery);
    await receiver.untilReceived('webhook.test', 2);
    expect((await client.webhooks.deliveries(id)).total).toBe(2);
    expect((await client.webhooks.delivery(id, delivery)).payload).toBe(body);
    expect(await client.webhooks.update(id, { enabled: false })).toMatchObject({ id, enabled: false });
    expect((await client.webhooks.list()).webhooks).toEqual([await client.webhooks.get(id)]);
    expect(await client.webhooks.delete(id)).toEqual({ deleted: true, id });
  });

  it('wait for room and ask again', async () => {
    const { url, seen, stop } = await answering([429, { 'x-ratelimit-reset': '0' }], [200]);
    const asked = `console.log((await apiRequest('${url}', {})).status);`;
    expect(await desk.run(`${await snippet('rate-limit')}\n${asked}`)).toBe('200');
    expect(seen).toHaveLength(2);
    await stop();
  });
});

describe('the package', () => {
  it('is the class to require() and to import', async () => {
    const required = `const CRAudioViz = require('@atelier/client');
      console.log(typeof new CRAudioViz({ apiKey: 'k' }).jobs.wait, CRAudioViz.RateLimitError.name);`;
    expect(await desk.run(required)).toBe('function RateLimitError');
    const imported = `import CRAudioViz, { APIError, RateLimitError } from '@atelier/client';
      console.log(typeof new CRAudioViz({ apiKey: 'k' }).jobs.wait, new RateLimitError({}, 1) instanceof APIError);`;
    expect(await desk.run(imported, 'mjs')).toBe('function true');
  });

  it('says what it needs', () => {
    expect(() => new CRAudioViz({ apiKey: '' })).toThrow('Give the client an apiKey.');
    expect(() => new CRAudioViz({ apiKey: 'k', baseUrl: 'here' })).toThrow('baseUrl must be an address');
  });
});

describe('what the client offers', () => {
  it('creates, lists, gets, changes and deletes projects', async () => {
    const { id } = await client.projects.create({ name: 'One', tags: ['a,b', 'c'] });
    expect((await client.projects.list({ tags: ['a,b'], limit: 5 })).projects).toMatchObject([{ id }]);
    expect(await client.projects.update(id, { name: 'Two' })).toMatchObject({ id, name: 'Two' });
    expect(await client.projects.get(id)).toMatchObject({ id, name: 'Two', items: [] });
    expect(await client.projects.delete(id)).toEqual({ deleted: true, id });
    await expect(client.projects.get(id)).rejects.toMatchObject({
      name: 'APIError',
      status: 404,
      code: 'project_not_found',
      requestId: expect.any(String),
    });
  });

  it('creates one thing for one idempotency key', async () => {
    const options = { idempotencyKey: 'project-once' };
    const { id } = await client.projects.create({ name: 'Once' }, options);
    expect((await client.projects.create({ name: 'Once' }, options)).id).toBe(id);
  });

  it('uploads, downloads and deletes files', async () => {
    const bytes = new Uint8Array(await sharp(photo).resize(20, 10).png().toBuffer());
    const { id: projectId } = await client.projects.create({ name: 'Files' });
    const file = await client.files.upload(bytes, { name: 'small.png', project_id: projectId });
    expect(file).toMatchObject({
      id: file.file_id,
      name: 'small.png',
      project_id: projectId,
      type: 'image/png',
    });
    expect(await client.files.download(file.id)).toEqual(bytes);
    expect(await client.files.delete(file.id)).toEqual({ deleted: true, id: file.id });
    expect(await client.files.upload(new Blob([bytes]))).toMatchObject({ name: 'file', size: bytes.length });
    expect(await client.files.upload(photo)).toMatchObject({ name: 'photo.jpg', type: 'image/jpeg' });
  });

  it('lists tools, tells of credits and of the user', async () => {
    expect((await client.tools.list()).tools.map(({ id }) => id)).toContain('logo_maker');
    const { credits } = await client.user.profile();
    expect((await client.credits.balance()).balance).toBe(credits);
    expect((await client.credits.transactions({ limit: 1 })).transactions.length).toBeLessThanOrEqual(1);
    const order = { amount: 500, payment_method: 'pm_card_visa' };
    const shop = new CRAudioViz({ apiKey: server.key, baseUrl: `${server.url}/v1`, maxRetries: 0 });
    // Without Stripe a server sells nothing.
    await expect(shop.credits.purchase(order)).rejects.toMatchObject({ status: 503 });
  });

  it('talks with the assistant', async () => {
    const { chat_id: chatId, suggestions } = await client.assistant.chat('Create a logo for my coffee shop');
    expect(suggestions).not.toEqual([]);
    await client.assistant.message(chatId, "The shop is called 'Bean There'");
    const { messages } = await client.assistant.history(chatId, { order: 'asc' });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });
});

describe('waiting for a job', () => {
  it('gives the result and tells how far it is', async () => {
    const told: number[] = [];
    const id = await submitCounting(server, 60, 20);
    const result = await client.jobs.wait(id, { onProgress: ({ progress }) => void told.push(progress) });
    expect(result.outputs).toHaveProperty('counted');
    // Asking alone would have told three times at most.
    expect(told.length).toBeGreaterThan(3);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect((await client.jobs.list({ limit: 1 })).jobs[0]).toMatchObject({ id, job_id: id });
  });

  it('asks again and again where there is no socket', async () => {
    const id = await submit(server, pause(300));
    const { url, stop } = await relay(server.url);
    const behind = new CRAudioViz({ apiKey: server.key, baseUrl: `${url}/v1` });
    expect(await behind.jobs.wait(id)).toMatchObject({ outputs: { endedAt: expect.any(Number) } });
    await stop();
  });

  it('throws what a failed job failed of', async () => {
    const id = await submit(server, oneNode('throwing.a-failure', 'value', {}));
    const error = await client.jobs.wait(id).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(JobFailedError);
    expect(error).toMatchObject({ job: { id, status: 'failed' }, code: expect.any(String) });
  });

  it('ends with the job that is cancelled, at its limit, and when its caller wants', async () => {
    const id = await submit(server, pause(20_000));
    await expect(client.jobs.wait(id, { timeoutMs: 50 })).rejects.toMatchObject({ name: 'TimeoutError' });
    const leaving = new AbortController();
    const left = client.jobs.wait(id, { signal: leaving.signal });
    leaving.abort(new Error('enough'));
    await expect(left).rejects.toThrow('enough');
    const waiting = expect(client.jobs.wait(id)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await client.jobs.cancel(id)).toMatchObject({ id });
    await waiting;
  });
});

describe('what fails in passing', () => {
  const ask = (url: string, maxRetries = 3) => new CRAudioViz({ apiKey: 'k', baseUrl: url, maxRetries });

  it.each([[429], [502], [503], [504]])('is sent again after %d', async (status) => {
    const { url, seen, stop } = await answering([status, { 'retry-after': '0' }], [200]);
    await ask(url).user.profile();
    expect(seen).toHaveLength(2);
    await stop();
  });

  it('is sent again no sooner than it may be', async () => {
    const { url, seen, stop } = await answering([503, { 'retry-after': '1' }], [200]);
    await ask(url).user.profile();
    expect(seen[1]!.at - seen[0]!.at).toBeGreaterThanOrEqual(990);
    await stop();
  });

  it('has the same idempotency key each time', async () => {
    const { url, seen, stop } = await answering([503, { 'retry-after': '0' }], 'lost', [200]);
    await ask(url).tools.execute('logo_maker', { inputs: {} });
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(/^[\w-]{36}$/), keys[0], keys[0]]);
    await stop();
  });

  it('is not sent again where it might be done twice', async () => {
    const { url, seen, stop } = await answering([503, { 'retry-after': '0' }], 'lost', [200]);
    await expect(ask(url).assistant.chat('hello')).rejects.toMatchObject({ status: 503, code: 'http_503' });
    await expect(ask(url).assistant.chat('hello')).rejects.toMatchObject({ code: 'connection_failed' });
    expect(seen).toHaveLength(2);
    await stop();
  });

  it('is told at once where the wait would be long, and when it goes on failing', async () => {
    const { url, seen, stop } = await answering(
      [429, { 'retry-after': '3600' }],
      [429, { 'retry-after': '0' }],
    );
    const error = await ask(url)
      .user.profile()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 429, retry_after: 3600 });
    await expect(ask(url, 2).user.profile()).rejects.toMatchObject({ retry_after: 0 });
    expect(seen).toHaveLength(4);
    await stop();
  });

  it('is given up by its caller', async () => {
    const { url, stop } = await answering([503, { 'retry-after': '30' }]);
    const signal = AbortSignal.timeout(50);
    await expect(ask(url).user.profile({ signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    await stop();
  });
});

type Given = [status: number, headers?: Record<string, string>] | 'lost';

/** A server that gives one answer after the other, and the last one for ever. */
async function answering(...answers: Given[]) {
  const seen: { at: number; headers: http.IncomingHttpHeaders }[] = [];
  const server = await listen((request, response) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)]!;
    seen.push({ at: Date.now(), headers: request.headers });
    request.resume().on('end', () => {
      if (answer === 'lost') response.destroy();
      else response.writeHead(answer[0], answer[1]).end('{}');
    });
  });
  return { ...server, seen };
}

/** Something in front of a server that lets no sockets through. */
function relay(url: string) {
  return listen((request, response) => {
    fetch(url + request.url, { headers: { authorization: request.headers.authorization! } })
      .then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
      .catch(() => response.destroy());
  });
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = http.createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
