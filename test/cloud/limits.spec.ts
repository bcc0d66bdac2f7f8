import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { call, type Answer, upload } from '../harness/api.js';
import { startServer, type TestServer } from '../harness/server.js';
import { createToken, tokenEnv } from '../harness/tokens.js';

interface Body {
  error: { code: string; message: string; details: Record<string, unknown> };
}

let server: TestServer;
beforeAll(async () => {
  const krea = { ATELIER_KREA_PORT: 'auto', ATELIER_KREA_LIMITS: '2/3,3/50,4/60' };
  server = await startServer({ env: { ...tokenEnv, ...krea, ATELIER_STARTER_MODELS: 'off' } });
}, 90_000);
afterAll(() => server.stop());

const ask = (key: string, route = '/v1/user/profile', method = 'GET', body?: unknown) =>
  call<Body>(server, method, route, { key, body });
const createKey = async (key: string, body: object = {}) =>
  (await call<{ key: string }>(server, 'POST', '/v1/keys', { key, body })).body.key;
const remaining = ({ headers }: Answer<unknown>) => Number(headers.get('x-ratelimit-remaining'));
const now = () => Date.now() / 1000;

describe('a plan of craudioviz', () => {
  it.each([
    ['free', '100', '"hour";q=100;w=3600, "day";q=1000;w=86400'],
    ['starter', '500', '"hour";q=500;w=3600, "day";q=10000;w=86400'],
    ['pro', '2000', '"hour";q=2000;w=3600, "day";q=50000;w=86400'],
    ['business', '10000', '"hour";q=10000;w=3600, "day";q=250000;w=86400'],
  ])('%s is told of its limits with every answer', async (plan, limit, policy) => {
    const key = await createToken({ plan });
    const { headers } = await ask(key);
    expect(headers.get('x-ratelimit-limit')).toBe(limit);
    expect(headers.get('x-ratelimit-remaining')).toBe(String(Number(limit) - 1));
    expect(headers.get('ratelimit-policy')).toBe(policy);
    const reset = Number(headers.get('x-ratelimit-reset'));
    expect(Math.abs(reset - 3600 - now())).toBeLessThan(10);
    const missing = await ask(key, '/v1/jobs/job_missing');
    expect([missing.status, remaining(missing)]).toEqual([404, Number(limit) - 2]);
    const malformed = await ask(key, '/v1/jobs', 'POST', []);
    expect([malformed.status, remaining(malformed)]).toEqual([400, Number(limit) - 3]);
  });

  it('counts downloads with a key, and none by their signed address', async () => {
    const key = await createToken();
    const { body: file } = await upload(server, Buffer.from('GIF89a'), 'a.gif', { key });
    const download = (address: string, headers?: Record<string, string>) =>
      call(server, 'GET', address, { key: null, headers });
    const counted = await download(`/v1/files/${file.id}/download`, { 'x-api-key': key });
    expect([counted.status, remaining(counted)]).toEqual([200, 98]);
    const { pathname, search } = new URL(file.url);
    const free = await download(pathname + search);
    expect([free.status, free.headers.get('x-ratelimit-limit')]).toEqual([200, null]);
    expect((await download(`${pathname}?expires=1&signature=x`, { 'x-api-key': key })).status).toBe(403);
    expect((await download(`${pathname}?signature=x`)).status).toBe(401);
  });

  it.each([
    ['enterprise', false],
    ['free', true],
  ])('%s has none with sandbox = %p', async (plan, sandbox) => {
    const key = await createKey(await createToken({ plan }), { sandbox });
    const answers = await Promise.all(Array.from({ length: 120 }, () => ask(key)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBeNull();
    expect(answers[0]?.headers.get('ratelimit')).toBeNull();
  });
});

describe('an account beyond its limit', () => {
  let key: string;
  let second: string;
  beforeAll(async () => {
    key = await createToken({ plan: 'free' });
    second = await createKey(key);
  });

  it('has had exactly as much as it was promised, though 50 asked at a time', async () => {
    let left = 99;
    for (let taken = 0; taken < 3; taken += 1) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => ask(index % 2 === 0 ? key : second)),
      );
      const accepted = answers.filter(({ status }) => status === 200);
      expect(accepted).toHaveLength(Math.min(50, left));
      left -= accepted.length;
      expect(Math.min(...answers.map(remaining))).toBe(left);
      for (const answer of answers) expect(remaining(answer)).toBeGreaterThanOrEqual(left);
    }
    expect(left).toBe(0);
  });

  it('is told in the words of the dialect when to come again, with any of its keys', async () => {
    for (const each of [key, second]) {
      const { status, headers, body } = await ask(each);
      expect(status).toBe(429);
      const retryAfter = Number(headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThan(3_500);
      expect(retryAfter).toBeLessThanOrEqual(3_600);
      expect(Math.abs(Number(headers.get('x-ratelimit-reset')) - now() - retryAfter)).toBeLessThan(2);
      expect(headers.get('x-ratelimit-remaining')).toBe('0');
      expect(body.error).toEqual({
        code: 'rate_limit_exceeded',
        message: 'You have used the 100 requests that an hour allows; try again in 60 minutes.',
        details: { limit: 100, window: 'hour', retry_after_seconds: retryAfter },
      });
    }
  });

  it('is not charged for what was refused', async () => {
    const { headers } = await ask(key);
    expect(headers.get('ratelimit')).toMatch(/^"hour";r=0;t=\d+, "day";r=900;t=\d+$/);
  });

  it('is refused before its body is read', async () => {
    const body = `"${'x'.repeat(9_000_000)}"`;
    expect((await ask(key, '/v1/jobs', 'POST', body)).status).toBe(429);
  });

  it("stands in nobody's way", async () => {
    expect((await ask(await createToken({ plan: 'free' }))).status).toBe(200);
    expect((await call(server, 'GET', '/health', { key: null })).status).toBe(200);
  });

  it('is still beyond it after a crash, but for what the last second has counted', async () => {
    await delay(1_500);
    await server.kill();
    await server.restart();
    expect((await ask(key)).status).toBe(429);
  }, 90_000);
});

describe('generations of flux-krea', () => {
  const generate = (headers: Record<string, string> = {}, body: object = { prompt: 'a pebble' }) =>
    call<{ error: string }>({ url: server.urlOf('flux-krea'), key: '' }, 'POST', '/generate', {
      key: null,
      headers,
      body,
    });

  it('are counted per minute and hour, also of those without a key; what cannot be made is not', async () => {
    const invalid = await generate({}, { prompt: 'a pebble', steps: 1 });
    expect([invalid.status, remaining(invalid)]).toEqual([400, 2]);
    for (const left of [1, 0]) expect(remaining(await generate())).toBe(left);
    const { status, headers, body } = await generate();
    expect(status).toBe(429);
    expect(body).toEqual({
      success: false,
      error: expect.stringMatching(
        /^You have used the 2 requests that a minute allows; try again in \d+ seconds\.$/,
      ),
      duration: expect.any(Number),
    });
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(headers.get('x-ratelimit-limit')).toBe('2');
    expect(headers.get('ratelimit-policy')).toBe('"minute";q=2;w=60, "hour";q=3;w=3600');
    expect(headers.get('ratelimit')).toMatch(/^"minute";r=0;t=\d+, "hour";r=1;t=\d+$/);
  });

  it('count over the socket as well', async () => {
    const socket = new WebSocket(`${server.urlOf('flux-krea').replace('http', 'ws')}/ws`);
    const answer = new Promise((resolve) =>
      socket.once('message', (data) => resolve(JSON.parse(String(data)))),
    );
    socket.once('open', () =>
      socket.send(JSON.stringify({ type: 'generate', data: { prompt: 'a pebble' } })),
    );
    expect(await answer).toEqual({
      type: 'error',
      data: { error: expect.stringContaining('2 requests that a minute allows') },
    });
    socket.close();
  });

  it('have limits by plan with a key, which are others than those of craudioviz', async () => {
    const key = await createToken({ plan: 'pro' });
    const answer = await generate({ 'x-api-key': key });
    expect(answer.headers.get('x-ratelimit-limit')).toBe('4');
    expect(remaining(answer)).toBe(3);
    expect(remaining(await ask(key))).toBe(1_999);
  });

  it('are as many as the owner likes, with a key', async () => {
    const answer = await generate({ 'x-api-key': server.key });
    expect(answer.status).not.toBe(429);
    expect(answer.headers.get('x-ratelimit-limit')).toBeNull();
  });

  it('are all that is counted there', async () => {
    const { status, headers } = await call(server, 'GET', '/models', { key: null });
    expect([status, headers.get('x-ratelimit-remaining')]).toEqual([200, '0']);
  });
});
