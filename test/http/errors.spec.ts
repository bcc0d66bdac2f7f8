import { call, type Answer } from '../harness/api.js';
import { submitCounting, testPlugins } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';

interface ErrorBody {
  error: { code: string; message: string; details: Record<string, unknown> };
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    env: { ATELIER_BODY_LIMIT_MB: '1', ATELIER_QUEUE_LIMIT: '1' },
    plugins: [testPlugins],
  });
}, 90_000);
afterAll(() => server.stop());

async function post(
  route: string,
  body: string | Uint8Array,
  type = 'application/json',
): Promise<Answer<ErrorBody>> {
  const response = await fetch(server.url + route, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': type },
    body: body as string | Uint8Array<ArrayBuffer>,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as ErrorBody };
}

function expectError(answer: Answer<ErrorBody>, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.body.error.message).toMatch(/^[A-Z/].*\.$/s);
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.js:|\/home\/|\/tmp\//);
}

describe('a body that cannot be read', () => {
  it('that is no JSON is refused with the place of the error', async () => {
    const answer = await post('/v1/jobs', '{"pipeline": "image_resizer",\n "inputs": }');
    expectError(answer, 400, 'invalid_input');
    expect(answer.body.error.details).toMatchObject({ line: 2 });
  });

  it.each([
    ['nested 100 000 deep', '['.repeat(100_000)],
    ['nested beyond the limit', `{"inputs":${'['.repeat(70)}${']'.repeat(70)}}`],
    ['with a key that would change the prototype', '{"inputs": {"__proto__": {"admin": true}}}'],
    ['with a key twice', '{"pipeline": "a", "pipeline": "b"}'],
    ['that is not UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ['that is empty', ''],
    ['that is no object', '[1, 2]'],
  ])('one %s is refused', async (_, body) => expectError(await post('/v1/jobs', body), 400, 'invalid_input'));

  it('that is larger than the limit is refused', async () => {
    expectError(await post('/v1/jobs', `"${'x'.repeat(3_000_000)}"`), 413, 'payload_too_large');
  });

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/xml',
    'nonsense',
    'application/jsonx',
  ])('of the type %s is refused', async (type) =>
    expectError(await post('/v1/jobs', 'a=b', type), 415, 'unsupported_media_type'),
  );

  it('that says what it is not is refused where a file is taken', async () => {
    expectError(await post('/v1/files/upload', '{}'), 415, 'unsupported_media_type');
    expectError(await post('/v1/files/upload', 'x', 'multipart/form-data'), 415, 'unsupported_media_type');
    expectError(await post('/v1/files/upload', 'x', 'multipart/form-data; boundary=a'), 400, 'invalid_input');
  });
});

describe('a body that does not fit', () => {
  it('hears of every problem with its JSON pointer', async () => {
    const answer = await post('/v1/jobs', '{"pipeline": 3, "inputs": [], "outputs": [], "colour": "red"}');
    expectError(answer, 400, 'invalid_input');
    const problems = answer.body.error.details.problems as { pointer: string; message: string }[];
    expect(problems.map(({ pointer }) => pointer).sort()).toEqual(['', '/inputs', '/outputs', '/pipeline']);
    expect(problems.find(({ pointer }) => pointer === '')?.message).toContain('colour');
  });

  it('that is left out is missed', async () => {
    const answer = await call<ErrorBody>(server, 'POST', '/v1/jobs');
    expectError(answer, 400, 'invalid_input');
    expect(answer.body.error.message).toContain('no body');
  });
});

describe('an address that leads nowhere', () => {
  it.each([
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/nothing',
    '/v1/jobs/',
    '//v1/jobs',
    '/V1/tools',
    '/v1/tools/x/execute/y',
  ])('%s is not found', async (route) =>
    expectError(await call<ErrorBody>(server, 'GET', route), 404, 'not_found'),
  );

  it('tells which methods it would take', async () => {
    const answer = await call<ErrorBody>(server, 'DELETE', '/v1/tools');
    expectError(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
    expectError(
      await call<ErrorBody>(server, 'GET', '/v1/tools/image_resizer/execute'),
      405,
      'method_not_allowed',
    );
  });

  it.each([
    ['GET', '/v1/jobs/job_missing', 'job_not_found'],
    ['POST', '/v1/jobs/job_missing/cancel', 'job_not_found'],
    ['POST', '/v1/jobs/job_missing/retry', 'job_not_found'],
    ['GET', '/v1/jobs/job_missing/events', 'job_not_found'],
    ['GET', '/v1/files/file_missing', 'file_not_found'],
    ['GET', '/v1/files/file_missing/download', 'file_not_found'],
    ['DELETE', '/v1/files/file_missing', 'file_not_found'],
    ['GET', '/v1/pipelines/missing', 'pipeline_not_found'],
    ['GET', '/v1/pipelines/missing/export', 'pipeline_not_found'],
    ['DELETE', '/v1/pipelines/missing', 'pipeline_not_found'],
  ])('%s %s says what is missing', async (method, route, code) => {
    expectError(await call<ErrorBody>(server, method, route), 404, code);
  });

  it('a tool that does not exist cannot be used', async () => {
    const answer = await call<ErrorBody>(server, 'POST', '/v1/tools/missing/execute', {
      body: { inputs: {} },
    });
    expectError(answer, 404, 'tool_not_found');
  });
});

describe('an id that is a trick', () => {
  const tricks = [
    '..%2f..%2f..%2fetc%2fpasswd',
    '%2e%2e%2f%2e%2e%2fowner.key',
    '..%5c..%5cowner.key',
    '%00',
    'file_1%00.png',
    '%c0%ae%c0%ae%2fowner.key',
    '%ff%fe',
    '%',
    'x'.repeat(150),
    'x'.repeat(5_000),
    '%2fetc%2fpasswd',
    'C:%5cWindows',
    'CON',
    '%F0%9F%96%BC',
    '%E2%80%AE',
    "'%20OR%201=1--",
    '__proto__',
    'constructor',
  ];
  const routes = [
    ['GET', (id: string) => `/v1/jobs/${id}`],
    ['POST', (id: string) => `/v1/jobs/${id}/cancel`],
    ['GET', (id: string) => `/v1/jobs/${id}/events`],
    ['GET', (id: string) => `/v1/files/${id}`],
    ['GET', (id: string) => `/v1/files/${id}/download`],
    ['DELETE', (id: string) => `/v1/files/${id}`],
    ['GET', (id: string) => `/v1/pipelines/${id}`],
    ['GET', (id: string) => `/v1/pipelines/${id}/export`],
    ['POST', (id: string) => `/v1/tools/${id}/execute`],
  ] as const;

  it.each(tricks)('%s leads nowhere, wherever it is used', async (trick) => {
    for (const [method, route] of routes) {
      const body = method === 'POST' ? { inputs: {} } : undefined;
      const answer = await call<ErrorBody>(server, method, route(trick), { body });
      expect([400, 404]).toContain(answer.status);
      expect(answer.body.error.code).toMatch(/^(invalid_input|(\w+_)?not_found)$/);
    }
  });
});

describe('every answer', () => {
  it('has an id by which the log knows the request', async () => {
    const { headers } = await call(server, 'GET', '/v1/nothing');
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{20}$/);
  });

  it("keeps the caller's id where it is harmless", async () => {
    const kept = await call(server, 'GET', '/health', { headers: { 'x-request-id': 'trace-1.a_B' } });
    expect(kept.headers.get('x-request-id')).toBe('trace-1.a_B');
    const replaced = await call(server, 'GET', '/health', { headers: { 'x-request-id': '<script>' } });
    expect(replaced.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('to HEAD has the headers and no body', async () => {
    const response = await fetch(`${server.url}/v1/tools`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${server.key}` },
    });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(2);
    expect(await response.text()).toBe('');
  });
});

it('a full queue says when to come again', async () => {
  const jobId = await submitCounting(server, 1_000);
  const answer = await call<ErrorBody>(server, 'POST', '/v1/tools/image_resizer/execute', {
    body: { inputs: {} },
  });
  expectError(answer, 503, 'queue_full');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.body.error.details.retry_after_seconds).toBe(Number(answer.headers.get('retry-after')));
  await call(server, 'POST', `/v1/jobs/${jobId}/cancel`);
});
