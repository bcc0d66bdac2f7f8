import { jest } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { call } from '../harness/api.js';
import { createKey } from '../harness/keys.js';
import { addReferenceModel } from '../harness/models.js';
import { startServer, type TestServer } from '../harness/server.js';
import { type Generation, scene, type Status, untilDone } from './visual-creativity-client.js';

// "WebSocket API" of the document, and what clients of sockets do beyond it.
jest.setTimeout(60_000);

let server: TestServer;
/** Says nothing; its test comes last. */
let silent: Line;
/** of an account of its own, with one credit */
let poor: string;
beforeAll(async () => {
  server = await startServer({ env: { ATELIER_STARTER_MODELS: 'off' } });
  silent = await connect();
  lines.splice(0);
  [poor] = await Promise.all([
    createKey(server.home, { plan: 'free', credits: 1 }),
    addReferenceModel(server, 'sd'),
  ]);
}, 90_000);
afterAll(() => server.stop());

type Message = Partial<Status> & {
  type: string;
  request_id?: unknown;
  error?: { code: number; message: string; details: Record<string, unknown> };
};

interface Line {
  socket: WebSocket;
  messages: Message[];
  send(message: unknown): void;
  /** the first message from now on that fits */
  until(fits: (message: Message) => boolean): Promise<Message>;
  closed: Promise<number>;
}

const lines: Line[] = [];
afterEach(() => {
  for (const { socket } of lines.splice(0)) socket.removeAllListeners().terminate();
});

async function connect(headers: Record<string, string> = {}): Promise<Line> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/ws`, { headers });
  const messages: Message[] = [];
  const waiting = new Set<(message: Message) => void>();
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message;
    messages.push(message);
    for (const hear of waiting) hear(message);
  });
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  const line: Line = {
    socket,
    messages,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    until: (fits) =>
      new Promise((resolve) => {
        const hear = (message: Message): void => {
          if (!fits(message)) return;
          waiting.delete(hear);
          resolve(message);
        };
        waiting.add(hear);
      }),
  };
  lines.push(line);
  return line;
}

const isOf =
  (...types: string[]) =>
  ({ type }: Message): boolean =>
    types.includes(type);

async function authenticated(key = server.key): Promise<Line> {
  const line = await connect();
  const heard = line.until(isOf('authenticated'));
  line.send({ type: 'auth', api_key: key });
  await heard;
  return line;
}

describe('Real-time Generation', () => {
  it('takes the key and the scene as documented, and tells the progress up to the picture', async () => {
    const line = await connect();
    const done = line.until(isOf('completed', 'failed'));
    line.send({ type: 'auth', api_key: server.key });
    line.send({ type: 'generate', scene: { ...scene, resolution: '128x128' } });
    const end = await done;
    const [first, accepted, ...rest] = line.messages;
    expect(first).toEqual({ type: 'authenticated' });
    expect(accepted).toMatchObject({
      type: 'accepted',
      id: expect.any(String),
      status: 'queued',
      progress: 0,
    });
    expect(end).toEqual({
      type: 'completed',
      id: accepted?.id,
      status: 'completed',
      progress: 100,
      eta: 0,
      url: expect.any(String),
      metadata: { resolution: '128x128', format: 'png', generation_time: expect.any(Number) },
    });
    const progress = rest.slice(0, -1);
    expect(progress.length).toBeGreaterThan(0);
    for (const message of progress) {
      expect(message).toMatchObject({ type: 'progress', id: end.id, progress: expect.any(Number) });
    }
    const values = rest.map((message) => message.progress ?? 0);
    expect(values).toEqual([...values].sort((one, other) => one - other));
    const picture = await fetch(end.url!);
    expect({ status: picture.status, type: picture.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'image/png',
    });
  });

  it('makes several at a time, and says by request_id which is which', async () => {
    const line = await authenticated();
    const count = 3;
    for (let seed = 0; seed < count; seed++) {
      line.send({ type: 'generate', request_id: `r${seed}`, scene, seed: 300 + seed });
    }
    let ended = 0;
    await line.until(({ type }) => type === 'completed' && ++ended === count);
    const accepted = line.messages.filter(isOf('accepted'));
    expect(accepted.map((message) => message.request_id)).toEqual(['r0', 'r1', 'r2']);
    const completed = line.messages.filter(isOf('completed')).map(({ id }) => id);
    expect(completed.sort()).toEqual(accepted.map(({ id }) => id).sort());
  });

  it('takes the key as a header of the handshake, too', async () => {
    const line = await connect({ authorization: `Bearer ${server.key}` });
    const done = line.until(isOf('completed'));
    line.send({ type: 'generate', scene, seed: 1 });
    await done;
    expect(line.messages[0]?.type).toBe('accepted');
  });
});

describe('a socket without a key', () => {
  it('is told to send one first', async () => {
    const line = await connect();
    const heard = line.until(isOf('error'));
    line.send({ type: 'generate', request_id: 7, scene });
    expect(await heard).toMatchObject({
      type: 'error',
      request_id: 7,
      error: { code: 401, message: expect.stringMatching(/auth/) },
    });
  });

  it('is closed for a wrong one', async () => {
    const line = await connect();
    const heard = line.until(isOf('error'));
    line.send({ type: 'auth', api_key: 'your_api_key' });
    expect(await heard).toMatchObject({ error: { code: 401, details: { reason: 'invalid_key' } } });
    expect(await line.closed).toBe(1008);
  });

  it('is not even opened for a wrong one in its header', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/ws`, {
      headers: { authorization: 'Bearer nonsense' },
    });
    const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as [Error];
    expect(error.message).toMatch(/401/);
  });
});

describe('a message that is wrong', () => {
  it.each([
    ['no JSON', '{', 400, undefined],
    ['no object', '[]', 400, 'type'],
    ['of an unknown type', { type: 'generat', scene }, 400, 'type'],
    ['without a scene', { type: 'generate' }, 400, 'scene'],
    [
      'with an unknown style',
      { type: 'generate', scene: { subjects: [{ type: 'a', style: 'x9' }] } },
      400,
      'scene.subjects[0].style',
    ],
    ['that asks for what is not there', { type: 'subscribe', id: 'job_1' }, 404, undefined],
    ['that tricks with an id', { type: 'subscribe', id: '../x' }, 400, 'id'],
  ])('%s is answered with a number, and the socket goes on', async (_, message, code, field) => {
    const line = await authenticated();
    const heard = line.until(isOf('error'));
    const pong = line.until(isOf('pong'));
    line.send(message);
    line.send({ type: 'ping', request_id: 'p' });
    expect((await heard).error).toMatchObject({ code, ...(field && { details: { field } }) });
    expect(await pong).toEqual({ type: 'pong', request_id: 'p' });
  });

  it('a generation that costs more than there is is refused', async () => {
    const line = await authenticated(poor);
    const heard = line.until(isOf('error'));
    line.send({ type: 'generate', scene });
    expect((await heard).error).toMatchObject({ code: 402, details: { required: 5, available: 1 } });
  });
});

it('a generation over a socket counts as a request does', async () => {
  const get = () => call(server, 'GET', '/v1/models', { key: poor });
  const line = await authenticated(poor);
  let status = 200;
  while (status === 200) status = (await get()).status;
  const heard = line.until(isOf('error'));
  line.send({ type: 'generate', scene });
  expect((await heard).error).toMatchObject({ code: 429, details: { reason: 'rate_limited' } });
});

describe('a socket that subscribes', () => {
  const create = async (resolution: string, seed: number): Promise<Generation> => {
    const body = { scene: { ...scene, resolution }, seed };
    return (await call<Generation>(server, 'POST', '/v1/generate/image', { body })).body;
  };

  it('gets the end of what has ended', async () => {
    const { id } = await create('64x64', 20);
    await untilDone(server, id);
    const line = await authenticated();
    const heard = line.until(isOf('completed'));
    line.send({ type: 'subscribe', id });
    expect(await heard).toMatchObject({ id, progress: 100, url: expect.any(String) });
  });

  it('goes on where another one was cut off, and hears of the cancelling', async () => {
    const first = await authenticated();
    const accepted = first.until(isOf('accepted'));
    first.send({ type: 'generate', scene: { ...scene, resolution: '4k' }, seed: 21 });
    const { id } = await accepted;
    first.socket.terminate();
    const second = await authenticated();
    const progress = second.until(isOf('progress'));
    second.send({ type: 'subscribe', id });
    expect(await progress).toMatchObject({ id });
    const end = second.until(isOf('cancelled'));
    second.send({ type: 'cancel', id });
    expect(await end).toMatchObject({ id, status: 'cancelled', eta: 0 });
  });

  it('gets nothing of another account’s', async () => {
    const { id } = await create('64x64', 22);
    const line = await authenticated(poor);
    const heard = line.until(isOf('error'));
    line.send({ type: 'subscribe', id });
    expect((await heard).error?.code).toBe(404);
  });
});

it('a socket that sends no key is closed after ten seconds', async () => {
  expect(await silent.closed).toBe(1008);
  expect(silent.messages).toMatchObject([{ type: 'error', error: { code: 401 } }]);
});
