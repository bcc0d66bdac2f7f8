import { jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Libsql from 'libsql';
import { call, upload } from '../harness/api.js';
import { type JobAnswer, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';

jest.setTimeout(60_000);

const photo = fileURLToPath(new URL('../../docs/sample/photo.jpg', import.meta.url));
const megabyte = 1_000_000;
const quota = 1000 * megabyte;
const full = { status: 413, body: { error: { code: 'storage_quota_exceeded' } } };

interface Answer {
  error: { code: string; message: string; details: Record<string, number> };
}

let server: TestServer;
/** of a free account */
let key: string;
beforeAll(async () => {
  server = await startServer({ env: { ATELIER_UPLOAD_LIMIT_MB: '20000' } });
  key = await createKey(server.home, { plan: 'free', credits: 10 });
}, 90_000);
afterAll(() => server.stop());

/** A file of each key's account, to find the account by. */
const notes = new Map<string, string>();

/** Makes the server believe that the account of a key stores so much, by the sum that it keeps. */
async function store(bytes: number, of = key): Promise<void> {
  const fileId =
    notes.get(of) ?? (await upload(server, Buffer.from('note'), 'note.txt', { key: of })).body.file_id;
  notes.set(of, fileId);
  const database = new Libsql(path.join(server.home, 'atelier.sqlite'));
  database.pragma('busy_timeout = 5000');
  database
    .prepare('UPDATE storage SET bytes = ? WHERE account_id = (SELECT account_id FROM files WHERE id = ?)')
    .run(bytes, fileId);
  database.close();
}

const send = (bytes: number, from = key) =>
  upload(server, randomBytes(bytes), 'noise.bin', { key: from }) as unknown as Promise<{
    status: number;
    body: Answer;
  }>;

interface Raw {
  /** all that came back */
  answer: string;
  /** bytes that were sent until the connection ended */
  sent: number;
}

/** Sends an upload that never ends by itself, as fast as it is read. */
function pour(headers: string, wrap: (chunk: Buffer) => Buffer = (chunk) => chunk): Promise<Raw> {
  const { hostname, port } = new URL(server.url);
  const head = Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="huge.bin"\r\n\r\n');
  const chunk = wrap(Buffer.alloc(65_536, 'x'));
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), hostname);
    let answer = '';
    let sent = 0;
    const write = (): void => {
      while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
      sent += chunk.length;
    };
    socket.on('connect', () => {
      socket.write(
        `POST /v1/files/upload HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${key}\r\n` +
          `Content-Type: multipart/form-data; boundary=b\r\n${headers}\r\n\r\n`,
      );
      socket.write(wrap(head));
      write();
    });
    socket.on('drain', write);
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ answer, sent }));
  });
}

describe('the storage of a plan', () => {
  it('takes what fits to the byte, and refuses what does not with what it would need', async () => {
    await store(quota - 1000);
    expect(await send(1001)).toMatchObject({
      ...full,
      body: {
        error: {
          message: expect.stringMatching(/delete files/),
          details: { limit: quota, used: quota - 1000, required: 1001 },
        },
      },
    });
    expect((await send(1000)).status).toBe(201);
    expect(await send(1)).toMatchObject(full);
  });

  it('is free again once a file is deleted', async () => {
    await store(quota - 1000);
    const { body } = await upload(server, randomBytes(1000), 'a.bin', { key });
    expect(await send(1)).toMatchObject(full);
    await call(server, 'DELETE', `/v1/files/${body.file_id}`, { key });
    expect((await send(1000)).status).toBe(201);
  });

  it('is not exceeded by uploads that come at once', async () => {
    await store(quota - 5 * 100_000);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(100_000)));
    const accepted = answers.filter(({ status }) => status === 201);
    expect(accepted.length).toBeLessThanOrEqual(5);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 413]));
    while ((await send(100_000)).status === 201) accepted.push(answers[0]!);
    expect(accepted).toHaveLength(5);
  });

  it('grows with the plan', async () => {
    const starter = await createKey(server.home, { plan: 'starter' });
    expect((await send(1, starter)).status).toBe(201);
    await store(quota, starter);
    expect((await send(1000, starter)).status).toBe(201);
    expect((await send(1, server.key)).status).toBe(201);
    await store(2000 * quota, server.key);
    expect((await send(1000, server.key)).status).toBe(201);
  });

  it('does not bind a sandbox key', async () => {
    const sandbox = await createKey(server.home, { sandbox: true });
    await store(2 * quota, sandbox);
    expect((await send(1000, sandbox)).status).toBe(201);
  });

  it('never costs anyone the result of a job, which counts all the same', async () => {
    const picture = await readFile(photo);
    await store(quota - picture.length);
    const { body: file } = await upload(server, picture, 'photo.jpg', { key });
    const { body } = await call<JobAnswer>(server, 'POST', '/v1/tools/image_resizer/execute', {
      key,
      body: { inputs: { file_id: file.file_id, width: 20, height: 20 } },
    });
    expect((await untilEnded({ url: server.url, key }, body.job_id)).status).toBe('completed');
    const refused = await send(1);
    expect(refused).toMatchObject(full);
    expect(refused.body.error.details.used).toBeGreaterThan(quota);
  });
});

describe('an upload of 5 GB that does not fit', () => {
  it('is refused by its length before it is read', async () => {
    await store(quota - 10 * megabyte);
    const { answer, sent } = await pour('Content-Length: 5000000000');
    expect(answer).toMatch(/^HTTP\/1.1 413 [^]*storage_quota_exceeded/);
    expect(sent).toBeLessThan(60 * megabyte);
  });

  it('is refused where it ceases to fit when it says no length', async () => {
    await store(quota - 10 * megabyte);
    const inChunk = (bytes: Buffer): Buffer =>
      Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
    const { answer, sent } = await pour('Transfer-Encoding: chunked', inChunk);
    expect(answer).toMatch(/^HTTP\/1.1 413 [^]*storage_quota_exceeded/);
    expect(sent).toBeGreaterThan(10 * megabyte);
    expect(sent).toBeLessThan(70 * megabyte);
  });

  it('leaves nothing behind, and room for what fits', async () => {
    await store(quota - 10 * megabyte);
    const before = await call<{ total: number }>(server, 'GET', '/v1/files', { key });
    await pour('Content-Length: 5000000000');
    const list = await call<{ total: number }>(server, 'GET', '/v1/files', { key });
    expect(list.body.total).toBe(before.body.total);
    expect((await send(9 * megabyte)).status).toBe(201);
  });
});

describe('a form that is not what it should be', () => {
  const field = (name: string, value = 'x') =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = (name = 'a.bin', content = 'abc') =>
    `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n${content}\r\n`;
  const end = '--b--\r\n';

  const post = async (body: string, type = 'multipart/form-data; boundary=b') => {
    const response = await fetch(`${server.url}/v1/files/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': type },
      body,
    });
    return { status: response.status, text: await response.text() };
  };

  it.each([
    [
      'has 10 000 parts',
      Array.from({ length: 10_000 }, (_, index) => field(`f${index}`)).join('') + file() + end,
    ],
    [
      'has 10 000 parts after its file',
      file() + Array.from({ length: 10_000 }, () => field('f')).join('') + end,
    ],
    ['has 10 000 files', Array.from({ length: 10_000 }, () => file()).join('') + end],
    ['has a field name of 1 MB', field('x'.repeat(megabyte)) + file() + end],
    [
      'has a part header of 1 MB',
      `--b\r\nX-Long: ${'x'.repeat(megabyte)}\r\n\r\nx\r\n` +
        file('a.bin') +
        field('project_id', 'p'.repeat(5000)) +
        end,
    ],
    ['has a name with a NUL', file('a\0b.png') + end],
    ['breaks off', file().slice(0, -4)],
    ['breaks off in a header', '--b\r\nContent-Disposition: form-da'],
    ['has another boundary than it says', (file() + end).replace(/--b/g, '--c')],
    ['has nothing in it', ''],
    ['has nothing but its end', end],
    [
      'has a file without a name for its field',
      '--b\r\nContent-Disposition: form-data; filename="a"\r\n\r\nabc\r\n' + end,
    ],
    [
      'has a file in a field named __proto__',
      '--b\r\nContent-Disposition: form-data; name="__proto__"; filename="a"\r\n\r\nabc\r\n' + end,
    ],
  ])('and %s is refused', async (_, body) => {
    const { status, text } = await post(body);
    expect([400, 404, 413]).toContain(status);
    expect(JSON.parse(text)).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String) },
    });
    expect(text).not.toMatch(/\.(ts|js):|node_modules/);
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary="',
    'multipart/form-data; x=y',
    'multipart/mixed; boundary=b',
    'text/plain',
  ])('and is of the type %s is refused', async (type) => {
    expect([400, 415]).toContain((await post(file() + end, type)).status);
  });

  it('but has fields that nobody asked for is taken', async () => {
    const body =
      field('__proto__') + field('constructor') + field('note') + field('project_id', '') + file() + end;
    const { status, text } = await post(body);
    expect({ status, ...(JSON.parse(text) as object) }).toMatchObject({
      status: 201,
      project_id: null,
      size: 3,
    });
  });

  it.each([
    ['../../../etc/passwd', 'passwd'],
    ['..\\\\..\\\\windows\\\\win.ini', 'win.ini'],
    ['/dev/null', 'null'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['CON', '_CON'],
    ['..', 'file'],
    ['%2e%2e%2fetc%2fpasswd', '%2e%2e%2fetc%2fpasswd'],
    ['ｅｔｃ／ｐａｓｓｗｄ', 'ｅｔｃ／ｐａｓｓｗｄ'],
    [`${'é'.repeat(300)}.png`, `${'é'.repeat(125)}.png`],
  ])('and names its file %j gives it a name that leads nowhere', async (given, expected) => {
    const { status, text } = await post(file(given) + end);
    expect(status).toBe(201);
    const { name } = JSON.parse(text) as { name: string };
    expect(name).not.toMatch(/[/\\\0]/);
    expect(name).toBe(expected);
  });
});
