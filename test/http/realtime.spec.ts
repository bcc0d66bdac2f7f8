import { jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { call } from '../harness/api.js';
import { type JobAnswer, submitCounting, testPlugins, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';

interface Event {
  jobId: string;
  seq: number;
  at: string;
  type: 'status' | 'progress' | 'node';
  data: { status?: string; progress?: number };
}

jest.setTimeout(60_000);

let server: TestServer;
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await startServer({ plugins: [testPlugins] });
}, 90_000);
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(() => server.stop());

function open(auth: object = { token: server.key }, options: object = {}): Socket {
  const socket = io(server.url, {
    auth,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...options,
  });
  sockets.push(socket);
  return socket;
}

const isEnd = ({ type, data }: Event) =>
  type === 'status' && /completed|failed|cancelled/.test(data.status ?? '');
const numbers = (events: Event[]) => events.map(({ seq }) => seq);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** Collects a job's events until its end, or until `enough`. */
function collect(socket: Socket, jobId: string, lastSeq: number, enough = Infinity): Promise<Event[]> {
  const events: Event[] = [];
  return new Promise((resolve, reject) => {
    socket.on('event', (event: Event) => {
      if (event.jobId !== jobId || events.length >= enough) return;
      events.push(event);
      if (isEnd(event) || events.length >= enough) resolve(events);
    });
    socket.on('connect_error', reject);
    socket.emit('subscribe', { jobId, lastSeq }, (answer: { ok: boolean }) => {
      if (!answer.ok) reject(new Error(JSON.stringify(answer)));
    });
  });
}

function refusal(socket: Socket): Promise<Error & { data?: unknown }> {
  return new Promise((resolve, reject) => {
    socket.on('connect_error', resolve);
    socket.on('connect', () => reject(new Error('It was let in.')));
  });
}

/** The server-sent events of a job, from the beginning or after a number, until the server ends the stream. */
async function stream(jobId: string, headers: Record<string, string> = {}, query = '') {
  const response = await fetch(`${server.url}/v1/jobs/${jobId}/events${query}`, {
    headers: { authorization: `Bearer ${server.key}`, ...headers },
  });
  const text = await response.text();
  const events = [...text.matchAll(/^id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/gm)].map(
    ([, id, type, data]) => {
      const event = JSON.parse(data ?? '') as Event;
      expect([String(event.seq), event.type]).toEqual([id, type]);
      return event;
    },
  );
  return { response, events };
}

describe('a job over socket.io', () => {
  it('reaches a client that reconnects 20 times with every event once and in order', async () => {
    const jobId = await submitCounting(server, 250, 25);
    const seen: Event[] = [];
    for (let connection = 0; connection < 20; connection++) {
      const socket = open();
      seen.push(...(await collect(socket, jobId, seen.at(-1)?.seq ?? 0, connection < 19 ? 1 : Infinity)));
      socket.io.engine.close();
    }
    expect(numbers(seen)).toEqual(upTo(seen.length));
    expect(seen.filter(isEnd)).toHaveLength(1);
    expect(isEnd(seen.at(-1) as Event)).toBe(true);
    const progress = seen.flatMap(({ data }) => data.progress ?? []);
    expect(progress).toEqual([...progress].sort((left, right) => left - right));
    expect((await stream(jobId)).events).toEqual(seen);
  });

  it('answers a subscription before its first event', async () => {
    const jobId = await submitCounting(server, 3);
    await untilEnded(server, jobId);
    const socket = open();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      socket.on('event', (event: Event) => {
        order.push('event');
        if (isEnd(event)) resolve();
      });
      socket.emit('subscribe', { jobId }, (answer: unknown) => {
        expect(answer).toEqual({ ok: true, lastSeq: 0 });
        order.push('answer');
      });
    });
    expect(order[0]).toBe('answer');
  });

  it('shows previews that are small, unnumbered pictures', async () => {
    const jobId = await submitCounting(server, 100, 20);
    const socket = open();
    const preview = await new Promise<{ jobId: string; nodeId: string; mediaType: string; data: Buffer }>(
      (resolve) => {
        socket.on('preview', resolve);
        socket.emit('subscribe', { jobId });
      },
    );
    expect(preview).toMatchObject({ jobId, nodeId: 'count', mediaType: 'image/webp' });
    expect(preview.data.subarray(8, 12).toString()).toBe('WEBP');
    expect(preview.data.length).toBeLessThanOrEqual(16_384);
    expect(preview).not.toHaveProperty('seq');
    await call(server, 'POST', `/v1/jobs/${jobId}/cancel`);
  });

  it('stops after unsubscribe', async () => {
    const jobId = await submitCounting(server, 1_000);
    const socket = open();
    await collect(socket, jobId, 0, 3);
    expect(await socket.emitWithAck('unsubscribe', { jobId })).toEqual({ ok: true });
    let late = 0;
    socket.on('event', () => late++);
    await delay(300);
    expect(late).toBe(0);
    await call(server, 'POST', `/v1/jobs/${jobId}/cancel`);
  });

  it('works for clients that can only poll', async () => {
    const jobId = await submitCounting(server, 20);
    const socket = open(undefined, { transports: ['polling'] });
    const events = await collect(socket, jobId, 0);
    expect(numbers(events)).toEqual(upTo(events.length));
  });

  it('is refused without a key, with a wrong one, and to pages of other sites', async () => {
    expect((await refusal(open({}))).data).toEqual({ code: 'invalid-key' });
    expect((await refusal(open({ token: 'atl_live_wrong' }))).data).toEqual({ code: 'invalid-key' });
    expect((await refusal(open({ token: { $ne: null } }))).data).toEqual({ code: 'invalid-key' });
    const extraHeaders = { origin: 'https://attacker.example' };
    expect((await refusal(open(undefined, { extraHeaders }))).message).toMatch(/websocket error/);
  });

  it.each([
    ['nothing', undefined],
    ['no job', {}],
    ['a number that is no count', { jobId: 'job_1', lastSeq: -1 }],
    ['text', 'job_1'],
    ['a list', [1, 2]],
  ])('refuses %s', async (_, message) => {
    const socket = open();
    expect(await socket.emitWithAck('subscribe', message)).toMatchObject({
      ok: false,
      error: { code: 'invalid-input' },
    });
  });

  it('closes a connection that sends far more than any request needs, and serves the others', async () => {
    const socket = open();
    await new Promise((resolve) => socket.on('connect', () => resolve(null)));
    const closed = new Promise((resolve) => socket.on('disconnect', resolve));
    socket.emit('subscribe', { jobId: 'x'.repeat(10_000_000) });
    await closed;
    expect((await call(server, 'GET', '/health')).status).toBe(200);
  });

  it('survives a storm of connections that come and go', async () => {
    const jobId = await submitCounting(server, 2_000);
    const storm = Array.from({ length: 150 }, () => open());
    for (const socket of storm) socket.emit('subscribe', { jobId });
    await delay(300);
    for (const socket of storm) socket.io.engine.close();
    const last = open();
    expect(numbers(await collect(last, jobId, 0, 10))).toEqual(upTo(10));
    await call(server, 'POST', `/v1/jobs/${jobId}/cancel`);
  });
});

describe("another account's job", () => {
  it('is not there, for sockets and streams alike', async () => {
    const stranger = await createKey(server.home);
    const jobId = await submitCounting(server, 3);
    const socket = open({ token: stranger });
    expect(await socket.emitWithAck('subscribe', { jobId })).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    });
    for (const [method, route] of [
      ['GET', ''],
      ['GET', '/events'],
      ['POST', '/cancel'],
      ['POST', '/retry'],
    ] as const) {
      const answer = await call(server, method, `/v1/jobs/${jobId}${route}`, { key: stranger });
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'job_not_found' } } });
    }
    const list = await call<{ total: number }>(server, 'GET', '/v1/jobs', { key: stranger });
    expect(list.body.total).toBe(0);
  });
});

describe('a job as server-sent events', () => {
  it('streams from the beginning to the end and then closes', async () => {
    const jobId = await submitCounting(server, 50);
    const { response, events } = await stream(jobId);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(numbers(events)).toEqual(upTo(events.length));
    expect(isEnd(events.at(-1) as Event)).toBe(true);
  });

  it('goes on after the number that the client has seen', async () => {
    const jobId = await submitCounting(server, 20);
    const { events } = await stream(jobId);
    const middle = Math.floor(events.length / 2);
    expect((await stream(jobId, { 'last-event-id': String(middle) })).events).toEqual(events.slice(middle));
    expect((await stream(jobId, {}, `?after=${middle}`)).events).toEqual(events.slice(middle));
  });

  it('tells a client that has the end not to come again', async () => {
    const jobId = await submitCounting(server, 3);
    const { events } = await stream(jobId);
    const { response } = await stream(jobId, { 'last-event-id': String(events.at(-1)?.seq) });
    expect(response.status).toBe(204);
  });
});

describe('cancelling', () => {
  it('by many at once ends the job once, and all hear the same', async () => {
    const jobId = await submitCounting(server, 2_000);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call<JobAnswer>(server, 'POST', `/v1/jobs/${jobId}/cancel`)),
    );
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(
      answers.map(() => [200, 'cancelled']),
    );
    const { events } = await stream(jobId);
    expect(events.filter(isEnd).map(({ data }) => data.status)).toEqual(['cancelled']);
    expect((await call<JobAnswer>(server, 'GET', `/v1/jobs/${jobId}`)).body).toMatchObject({
      status: 'cancelled',
      credits_used: 0,
    });
  });

  it('of a job that has ended otherwise is a conflict', async () => {
    const jobId = await submitCounting(server, 2);
    expect((await untilEnded(server, jobId)).status).toBe('completed');
    const answer = await call(server, 'POST', `/v1/jobs/${jobId}/cancel`);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
  });

  it('and then trying again makes a new job', async () => {
    const jobId = await submitCounting(server, 300);
    await call(server, 'POST', `/v1/jobs/${jobId}/cancel`);
    const { status, body } = await call<JobAnswer>(server, 'POST', `/v1/jobs/${jobId}/retry`);
    expect(status).toBe(202);
    expect(body.job_id).not.toBe(jobId);
    expect((await untilEnded(server, body.job_id)).status).toBe('completed');
  });
});
