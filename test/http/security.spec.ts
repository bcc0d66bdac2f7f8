import { call } from '../harness/api.js';
import { exchange } from '../harness/raw.js';
import { startServer, type TestServer } from '../harness/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
}, 90_000);
afterAll(() => server.stop());

const toolsRequest = (headers: Record<string, string>) =>
  `GET /v1/tools HTTP/1.1\r\n${Object.entries({ Connection: 'close', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

describe('who may ask', () => {
  it.each([
    ['no key', {}],
    ['an unknown key', { authorization: 'Bearer atl_live_0000000000000000000000000000000000000000000' }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['a key of 100 kB', { 'x-api-key': 'k'.repeat(10_000) }],
  ])('nobody with %s', async (_, headers) => {
    const answer = await call(server, 'GET', '/v1/tools', { key: null, headers });
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ error: { code: 'invalid_api_key', details: {} } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('a key goes as a bearer token or in X-API-Key', async () => {
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${server.key}` },
      { authorization: `bearer  ${server.key}` },
      { 'x-api-key': server.key },
    ];
    for (const headers of ways) {
      expect((await call(server, 'GET', '/v1/tools', { key: null, headers })).status).toBe(200);
    }
  });

  it('a key is checked before the body is read', async () => {
    const answer = await exchange(
      server.url,
      'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{',
      { endAfterMs: 1_000 },
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });

  it('health and documentation are open', async () => {
    for (const route of ['/health', '/docs', '/docs/json', '/redoc']) {
      expect((await call(server, 'GET', route, { key: null })).status).toBe(200);
    }
  });

  it('the figures are open on this machine, and to others with a key', async () => {
    expect((await call(server, 'GET', '/metrics', { key: null })).status).toBe(200);
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    expect((await call(server, 'GET', '/metrics', { key: null, headers })).status).toBe(401);
    expect((await call(server, 'GET', '/metrics', { headers })).status).toBe(200);
  });
});

describe('foreign names and foreign pages', () => {
  const authorization = () => ({ authorization: `Bearer ${server.key}` });

  it.each(['attacker.example', '127.0.0.1.attacker.example:8000', ''])(
    'a request for the host "%s" is refused',
    async (Host) => {
      const answer = await exchange(server.url, toolsRequest({ Host, ...authorization() }));
      expect(answer).toMatch(/^HTTP\/1.1 403 [^]*"code":"forbidden"/);
    },
  );

  it.each(['localhost:8000', '127.0.0.1', '[::1]:80'])(
    'a request for the host %s is answered',
    async (Host) => {
      expect(await exchange(server.url, toolsRequest({ Host, ...authorization() }))).toMatch(
        /^HTTP\/1.1 200 /,
      );
    },
  );

  it.each(['https://attacker.example', 'null', 'http://203.0.113.9'])(
    'a change sent by a page of %s is refused',
    async (origin) => {
      const body = { pipeline: 'image_resizer' };
      for (const [method, route] of [
        ['POST', '/v1/jobs'],
        ['DELETE', '/v1/files/file_1'],
        ['PUT', '/v1/pipelines/a'],
      ] as const) {
        const answer = await call(server, method, route, {
          headers: { origin },
          body: method === 'DELETE' ? undefined : body,
        });
        expect(answer.status).toBe(403);
        expect(answer.body).toMatchObject({ error: { code: 'forbidden' } });
      }
    },
  );

  it('a page of this machine may change things', async () => {
    const answer = await call(server, 'DELETE', '/v1/files/file_1', {
      headers: { origin: 'http://localhost:5173' },
    });
    expect(answer.status).toBe(404);
  });

  it('no answer invites other sites to read it', async () => {
    const { headers } = await call(server, 'GET', '/v1/tools', {
      headers: { origin: 'https://attacker.example' },
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('requests that are no proper HTTP', () => {
  it.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['no Host header', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      '100 kB of headers',
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`,
      431,
    ],
    [
      'two lengths',
      'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n{}{}',
      400,
    ],
    [
      'a length and chunks',
      'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a broken header', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX A: b\r\n\r\n', 400],
  ])('%s is refused and the connection closed', async (_, request, status) => {
    const answer = await exchange(server.url, request);
    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(answer).toMatch(/Connection: close/i);
  });

  it('pipelined requests are answered in order', async () => {
    const one = (id: string) => `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ${id}\r\n\r\n`;
    const answers = await exchange(server.url, one('a') + one('b') + one('c'), { endAfterMs: 500 });
    expect([...answers.matchAll(/x-request-id: (\w)/g)].map(([, id]) => id)).toEqual(['a', 'b', 'c']);
  });
});

it('a log line never holds a key, a query or the sender’s headers', async () => {
  await call(server, 'GET', '/v1/nothing?signature=secret-in-query', {
    headers: { 'x-private': 'secret-in-header' },
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(server.output()).toContain('/v1/nothing');
  expect(server.output()).not.toContain(server.key);
  expect(server.output()).not.toMatch(/secret-in-/);
});
