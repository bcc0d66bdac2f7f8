import path from 'node:path';
import { startServer, type TestServer } from '../harness/server.js';
import { clientsFolder, describeIf, outcome, runs, scripted, snippet } from './programs.js';

const hasPython = runs('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']);
const hasRequests = hasPython && runs('python3', ['-c', 'import requests']);
const env = { PYTHONPATH: path.join(clientsFolder, 'python'), PYTHONDONTWRITEBYTECODE: '1' };
const python = (program: string) => outcome('python3', ['-c', program], env);
const filled = (url: string, key: string) => ({
  "api_key='YOUR_API_KEY'": `api_key='${key}', base_url='${url}'`,
  YOUR_API_KEY: key,
  'http://127.0.0.1:8000/v1': url,
  '{...}': "{'inputs': {'text': 'My Company'}}",
});
const accepted = { status: 202, body: { job_id: 'job_1', status: 'processing', estimated_time: null } };

describeIf(hasPython, 'python3 ≥ 3.9')('the Python client', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ env: { ATELIER_STARTER_MODELS: 'off' } });
  }, 90_000);
  afterAll(() => server.stop());

  it('runs the example of the document', async () => {
    const { stdout, stderr } = await python(
      await snippet('python-sdk.py', filled(`${server.url}/v1`, server.key)),
    );
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^Logo created: http:\S+\n$/), '']);
  });

  (hasRequests ? it : it.skip)(
    'is not needed by "Create Logo with API" (with requests installed)',
    async () => {
      const { stdout, stderr } = await python(
        await snippet('create-logo.py', filled(`${server.url}/v1`, server.key)),
      );
      expect([stdout, stderr]).toEqual([expect.stringMatching(/^Logo ready: http:\S+\n$/), '']);
    },
  );

  it('does everything that its README names', async () => {
    const photo = path.join(clientsFolder, '../docs/sample/photo.jpg');
    const { stdout, stderr } = await outcome('python3', [path.join(import.meta.dirname, 'surface.py')], {
      ...env,
      URL: `${server.url}/v1`,
      KEY: server.key,
      PHOTO: photo,
    });
    expect([stdout, stderr]).toEqual(['["project_not_found", 404, true]\n', '']);
  });

  it('waits for a rate limit as the document shows it, under one Idempotency-Key for each call', async () => {
    const busy = { status: 429, headers: { 'retry-after': '0' } };
    const { url, requests, close } = await scripted([busy, busy, busy, busy, busy, accepted]);
    const program = `import time\n${await snippet('error-handling.py', filled(url, 'key'))}\nprint(result.id)`;
    const { stdout, stderr } = await python(program);
    await close();
    expect([stdout, stderr]).toEqual(['job_1\n', '']);
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect([keys.length, new Set(keys).size, new Set(keys.slice(0, 4)).size]).toEqual([6, 2, 1]);
  });

  it('raises at once when it is to wait for longer than it may, and never shows its key', async () => {
    const error = { code: 'rate_limit_exceeded', message: 'Not for k3y.', details: {} };
    const { url, requests, close } = await scripted([
      { status: 429, headers: { 'retry-after': '3600' }, body: { error } },
    ]);
    const { stderr } = await python(
      `from atelier_client import *\nCRAudioViz('k3y', '${url}').credits.balance()`,
    );
    await close();
    expect([requests.length, stderr.includes('RateLimitError: Not for ***. (rate_limit_exceeded)')]).toEqual([
      1,
      true,
    ]);
  });

  it('sends a chat message once, though the server was away', async () => {
    const { url, requests, close } = await scripted([{ status: 503 }]);
    const { stderr } = await python(
      `from atelier_client import *\nCRAudioViz('k', '${url}').assistant.chat('Hi')`,
    );
    await close();
    expect([requests.length, stderr.includes('APIError: Later. (busy)')]).toEqual([1, true]);
  });

  it('knows a signature', async () => {
    const program = `from atelier_client import verify_webhook as v
import hmac
s = hmac.new(b'x', b'{}', 'sha256').hexdigest()
print(v(b'{}', s, 'x'), v('{ }', s, 'x'), v(b'{}', 'é', 'x'), v(b'{}', None, 'x'))`;
    expect((await python(program)).stdout).toBe('True False False False\n');
  });
});
