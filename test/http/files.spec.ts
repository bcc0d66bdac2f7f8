import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { call, upload } from '../harness/api.js';
import { startServer, type TestServer } from '../harness/server.js';

const limit = 2_000_000;
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { ATELIER_UPLOAD_LIMIT_MB: '2' } });
}, 90_000);
afterAll(() => server.stop());

function download(id: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(`${server.url}/v1/files/${id}/download`, {
    method,
    headers: { authorization: `Bearer ${server.key}`, ...headers },
  });
}

async function stored(bytes: Uint8Array, name = 'noise.bin'): Promise<string> {
  const { status, body } = await upload(server, bytes, name);
  expect(status).toBe(201);
  return body.file_id;
}

/** What is there for good; an earlier upload may still be being cleared away. */
async function finished(): Promise<string[]> {
  return (await blobs()).filter((name) => !name.startsWith('.unfinished-'));
}

/** Everything in the home that is, or could become, a blob. */
async function blobs(): Promise<string[]> {
  const entries = await readdir(path.join(server.home, 'assets'), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** Waits until what is being cleared away is gone. */
async function settled(expected: string[]): Promise<void> {
  for (let wait = 0; wait < 600 && (await blobs()).length > expected.length; wait++) await delay(50);
  expect(await blobs()).toEqual(expected);
}

async function names(): Promise<string[]> {
  const { body } = await call<{ files: { name: string }[] }>(server, 'GET', '/v1/files?limit=100');
  return body.files.map(({ name }) => name);
}

describe('downloading', () => {
  const content = randomBytes(300_000);
  let id: string;
  beforeAll(async () => {
    id = await stored(content);
  });

  it('gives the bytes as they were sent, with what a browser needs', async () => {
    const response = await download(id);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': '300000',
      'content-type': 'application/octet-stream',
      'content-disposition': `inline; filename="noise.bin"; filename*=UTF-8''noise.bin`,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      etag: `"${createHash('sha256').update(content).digest('hex')}"`,
    });
  });

  it.each([
    ['bytes=0-99', 0, 99],
    ['bytes=299000-', 299_000, 299_999],
    ['bytes=-1', 299_999, 299_999],
    ['bytes=100-9999999', 100, 299_999],
  ])('gives the part %s', async (range, start, end) => {
    const response = await download(id, { range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/300000`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect(Buffer.from(await response.arrayBuffer()).equals(content.subarray(start, end + 1))).toBe(true);
  });

  it('refuses a part that is not there', async () => {
    const response = await download(id, { range: 'bytes=300000-' });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */300000');
  });

  it('gives a part only of what the client has begun with', async () => {
    const etag = (await download(id, {}, 'HEAD')).headers.get('etag') ?? '';
    expect((await download(id, { range: 'bytes=0-9', 'if-range': etag })).status).toBe(206);
    expect((await download(id, { range: 'bytes=0-9', 'if-range': '"older"' })).status).toBe(200);
  });

  it('gives nothing to a client that has it', async () => {
    const etag = (await download(id, {}, 'HEAD')).headers.get('etag') ?? '';
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await download(id, { 'if-none-match': header });
      expect(response.status).toBe(304);
      expect(await response.text()).toBe('');
    }
    expect((await download(id, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('answers HEAD without the bytes', async () => {
    const response = await download(id, {}, 'HEAD');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('300000');
    expect((await response.arrayBuffer()).byteLength).toBe(0);
  });

  it('of an empty file gives nothing, and no part of it', async () => {
    const empty = await stored(new Uint8Array(), 'empty');
    const response = await download(empty);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(0);
    expect((await download(empty, { range: 'bytes=0-0' })).status).toBe(416);
  });

  it('to clients that leave in the middle keeps nothing open', async () => {
    for (let client = 0; client < 20; client++) {
      const leaving = new AbortController();
      const response = await fetch(`${server.url}/v1/files/${id}/download`, {
        headers: { authorization: `Bearer ${server.key}` },
        signal: leaving.signal,
      });
      await response.body?.getReader().read();
      leaving.abort();
    }
    const openBlobs = async () => {
      const links = await readdir(`/proc/${server.process.pid}/fd`).catch(() => []);
      const { readlink } = await import('node:fs/promises');
      const targets = await Promise.all(
        links.map((fd) => readlink(`/proc/${server.process.pid}/fd/${fd}`).catch(() => '')),
      );
      return targets.filter((target) => target.includes('/assets/')).length;
    };
    for (let wait = 0; wait < 50 && (await openBlobs()) > 0; wait++) await delay(50);
    expect(await openBlobs()).toBe(0);
  });
});

describe('an address that needs no key', () => {
  it('opens its file alone, and only as it was signed', async () => {
    const { body } = await upload(server, png, 'dot.png');
    const other = await stored(png, 'other.png');
    const open = async (address: string) => (await fetch(address)).status;
    expect(body.url.startsWith(`${server.url}/v1/files/${body.id}/download?`)).toBe(true);
    expect(await open(body.url)).toBe(200);
    expect(await open(body.url.replace(body.id, other))).toBe(403);
    expect(await open(body.url.replace(/expires=\d/, 'expires=9'))).toBe(403);
    expect(await open(body.url.slice(0, -1))).toBe(403);
    expect(await open(body.url.replace(/&signature.*/, ''))).toBe(401);
    expect(await open(body.url.replace(/expires=\d+/, 'expires=soon'))).toBe(400);
  });

  it('ends with its file', async () => {
    const { body } = await upload(server, png, 'dot.png');
    expect((await call(server, 'DELETE', `/v1/files/${body.id}`)).status).toBe(200);
    expect((await fetch(body.url)).status).toBe(404);
  });
});

describe('what a browser would run', () => {
  it.each([
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['page.html', '<!doctype html><html><body><script>alert(1)</script></body></html>'],
  ])('%s is handed out as a download without rights', async (name, text) => {
    const id = await stored(Buffer.from(text), name);
    const { headers } = await download(id);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const type = headers.get('content-type') ?? '';
    if (/svg|html|xml/.test(type)) {
      expect(headers.get('content-disposition')).toMatch(/^attachment;/);
      expect(headers.get('content-security-policy')).toContain('sandbox');
    } else expect(type).toMatch(/^(application\/octet-stream|text\/plain)/);
  });

  it('a name cannot break out of its header', async () => {
    const id = await stored(png, 'x"; filename="evil\r\nSet-Cookie: a=b.png');
    const { headers } = await download(id);
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('content-disposition')).toMatch(
      /^inline; filename="[^"]*"; filename\*=UTF-8''[\w%.!~-]*$/,
    );
  });

  it('a name in any script is kept', async () => {
    const { body } = await upload(server, png, 'Ünïcödé 絵 🎨.png');
    expect(body.name).toBe('Ünïcödé 絵 🎨.png');
    const { headers } = await download(body.id);
    expect(
      decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(headers.get('content-disposition') ?? '')?.[1] ?? ''),
    ).toBe(body.name);
  });

  it('a name with folders leads nowhere', async () => {
    const { body } = await upload(server, png, '../../../etc/passwd');
    expect(body.name).toBe('passwd');
  });
});

describe('uploading', () => {
  it('above the limit is refused, and nothing stays', async () => {
    await stored(png);
    const before = await finished();
    expect(before).not.toEqual([]);
    const { status, body } = await upload(server, randomBytes(limit + 1), 'large.bin');
    expect({ status, body }).toMatchObject({ status: 413, body: { error: { code: 'payload_too_large' } } });
    expect(await blobs()).toEqual(before);
  });

  it('of exactly the limit is taken', async () => {
    expect((await upload(server, randomBytes(limit), 'just.bin')).body.size).toBe(limit);
  });

  it('far above the limit is refused before it has all been sent', async () => {
    const form = multipart('file', 'huge.bin');
    const answer = await send(form.type, async (request) => {
      request.write(form.head);
      for (let sent = 0; sent < 100 && !request.destroyed; sent++) {
        request.write(Buffer.alloc(1_000_000));
        await delay(5);
      }
    });
    expect(answer).toMatch(/^413 .*payload_too_large/);
  });

  it('that breaks off leaves nothing', async () => {
    const before = await finished();
    const form = multipart('file', 'broken.bin');
    for (let attempt = 0; attempt < 5; attempt++) {
      await send(form.type, async (request) => {
        request.write(form.head);
        request.write(randomBytes(500_000));
        await delay(50);
        request.destroy();
      });
    }
    await settled(before);
    expect(await names()).not.toContain('broken.bin');
  });

  it.each([
    ['a form that ends in the middle', 'file', (head: string) => `${head}abc`],
    ['a file in another field', 'picture', (head: string, tail: string) => `${head}abc${tail}`],
    ['no file', 'file', (_: string, tail: string) => tail],
    ['two files', 'file', (head: string, tail: string) => `${head}abc\r\n${head}def${tail}`],
  ])('%s is refused, and nothing stays', async (_, field, write) => {
    const before = await finished();
    const form = multipart(field, 'a.bin');
    const answer = await send(form.type, async (request) => void request.end(write(form.head, form.tail)));
    expect(answer).toMatch(/^400 .*invalid_input/);
    await settled(before);
    expect(await names()).not.toContain('a.bin');
  });

  it('twenty files at once gives each its own id and its own bytes', async () => {
    const contents = Array.from({ length: 20 }, () => randomBytes(50_000));
    const ids = await Promise.all(contents.map((content) => stored(content)));
    expect(new Set(ids).size).toBe(20);
    const back = await Promise.all(
      ids.map(async (id) => Buffer.from(await (await download(id)).arrayBuffer())),
    );
    expect(back.every((bytes, index) => bytes.equals(contents[index] as Buffer))).toBe(true);
  });
});

it('files are listed by page, the newest first', async () => {
  const first = await stored(png, 'page-1.png');
  const second = await stored(png, 'page-2.png');
  const page = await call<{ files: { file_id: string }[]; total: number; has_more: boolean }>(
    server,
    'GET',
    '/v1/files?limit=1&offset=1',
  );
  expect(page.body.files.map((file) => file.file_id)).toEqual([first]);
  expect(page.body.has_more).toBe(true);
  const newest = await call<{ files: { file_id: string }[] }>(server, 'GET', '/v1/files?limit=1');
  expect(newest.body.files[0]?.file_id).toBe(second);
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'limit=1&limit=2', 'limit=']) {
    expect((await call(server, 'GET', `/v1/files?${query}`)).status).toBe(400);
  }
});

function multipart(field: string, name: string) {
  const boundary = 'atelier-test';
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    head: `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\n\r\n`,
    tail: `\r\n--${boundary}--\r\n`,
  };
}

/** Sends an upload by hand. Gives `status body`, or the error that ended it. */
function send(type: string, write: (request: http.ClientRequest) => Promise<void>): Promise<string> {
  // A connection of its own that the server may keep: one that is to be closed can break before the answer is read.
  const agent = new http.Agent({ keepAlive: true });
  return new Promise<string>((resolve) => {
    const request = http.request(`${server.url}/v1/files/upload`, {
      method: 'POST',
      agent,
      headers: { authorization: `Bearer ${server.key}`, 'content-type': type },
    });
    request.on('response', (response) => {
      let body = '';
      response
        .on('data', (chunk) => (body += String(chunk)))
        .on('end', () => {
          resolve(`${response.statusCode} ${body}`);
          request.destroy();
        });
    });
    request.on('error', (error) => resolve(error.message));
    void write(request);
  }).finally(() => agent.destroy());
}
