import path from 'node:path';
import { startServer, type TestServer } from '../harness/server.js';
import { clientsFolder, describeIf, outcome, runs, scripted, snippet } from './programs.js';

const hasPhp = runs('php', ['-r', 'exit(PHP_VERSION_ID < 80100 ? 1 : 0);']);
const hasCurl = hasPhp && runs('php', ['-r', 'exit(extension_loaded("curl") ? 0 : 1);']);
const autoload = path.join(clientsFolder, 'php/autoload.php');
// What auto_prepend_file names is not loaded before a program of the command line.
const php = (program: string) =>
  outcome('php', ['-r', program.replace(/^(<\?php)?/, `require '${autoload}';`)]);
const accepted = { status: 202, body: { job_id: 'job_1', status: 'processing', estimated_time: null } };
const clientAt = (url: string) =>
  `$client = new Atelier\\Client(['api_key' => 'k3y', 'base_url' => '${url}']);`;

describeIf(hasPhp, 'php ≥ 8.1')('the PHP client', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ env: { ATELIER_STARTER_MODELS: 'off' } });
  }, 90_000);
  afterAll(() => server.stop());

  it('runs the example of the document', async () => {
    const key = { "'YOUR_API_KEY'": `'${server.key}', 'base_url' => '${server.url}/v1'` };
    const { stdout } = await php(await snippet('php-sdk.php', key));
    expect(stdout).toMatch(/^Logo created: http:\S+$/);
  });

  it.each(hasCurl ? ['curl', 'streams'] : ['streams'])(
    'reaches the whole surface of the document with %s',
    async (exchange) => {
      const { stdout } = await outcome(
        'php',
        ['-d', `auto_prepend_file=${autoload}`, path.join(import.meta.dirname, 'surface.php')],
        {
          URL: `${server.url}/v1`,
          KEY: server.key,
          PHOTO: path.join(clientsFolder, '../docs/sample/photo.jpg'),
          EXCHANGE: exchange,
        },
      );
      expect(stdout).toBe('["project_not_found",404,true]');
    },
  );

  it('tries again under the same Idempotency-Key', async () => {
    const busy = { status: 429, headers: { 'retry-after': '0' } };
    const { url, requests, close } = await scripted([busy, { status: 503 }, accepted]);
    const { stdout } = await php(
      `${clientAt(url)} echo $client->tools->execute('logo_maker', ['inputs' => []])->id;`,
    );
    await close();
    expect(stdout).toBe('job_1');
    expect(new Set(requests.map(({ headers, body }) => `${headers['idempotency-key']} ${body}`)).size).toBe(
      1,
    );
    expect(requests[0]?.body).toBe('{"inputs":{}}');
  });

  it('throws at once when it is to wait for longer than it may, and never shows its key', async () => {
    const error = { code: 'rate_limit_exceeded', message: 'Not for k3y.', details: {} };
    const answer = { status: 429, headers: { 'retry-after': '3600' }, body: { error } };
    const { url, requests, close } = await scripted([answer]);
    const { stdout } = await php(
      `${clientAt(url)} try { $client->credits->balance(); } catch (Atelier\\RateLimitError $e) { echo $e->retryAfter, $e; }`,
    );
    await close();
    expect([requests.length, stdout.slice(0, 4), stdout.includes('k3y')]).toEqual([1, '3600', false]);
  });

  it('knows a signature', async () => {
    const program = `$s = hash_hmac('sha256', '{}', 'x');
      echo json_encode([Atelier\\verify_webhook('{}', $s, 'x'), Atelier\\verify_webhook('{ }', $s, 'x')]);`;
    expect((await php(program)).stdout).toBe('[true,false]');
  });
});
