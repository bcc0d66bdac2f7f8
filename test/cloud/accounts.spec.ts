import { call, type CallOptions } from '../harness/api.js';
import { createKey } from '../harness/keys.js';
import { exchange } from '../harness/raw.js';
import { startServer, type TestServer } from '../harness/server.js';
import { createToken, tokenEnv } from '../harness/tokens.js';

interface KeyAnswer {
  id: string;
  key: string;
  name: string;
  prefix: string;
  scopes: string[];
  sandbox: boolean;
  revoked_at: string | null;
  previous?: KeyAnswer;
  error: { code: string; message: string; details: Record<string, unknown> };
}

let server: TestServer;
let key: string;
beforeAll(async () => {
  server = await startServer({
    env: { ...tokenEnv, ATELIER_JWT_AUDIENCE: 'atelier', ATELIER_KREA_PORT: 'auto' },
  });
  key = await createKey(server.home, { plan: 'enterprise', credits: 1_500 });
}, 90_000);
afterAll(() => server.stop());

const ask = (method: string, route: string, options: CallOptions = {}) =>
  call<KeyAnswer>(server, method, route, { key, ...options });
const create = async (body: object, options: CallOptions = {}) =>
  (await ask('POST', '/v1/keys', { body, ...options })).body;
const profile = (headers: Record<string, string>) =>
  call<KeyAnswer>(server, 'GET', '/v1/user/profile', { key: null, headers });

describe('GET /v1/user/profile', () => {
  it('says who the caller is', async () => {
    const { status, body } = await ask('GET', '/v1/user/profile');
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^user_\w+$/),
      email: expect.stringContaining('@'),
      plan: 'enterprise',
      credits: 1_500,
    });
  });
});

describe('a key', () => {
  it('is made with a name and scopes, shown once, and works at once', async () => {
    const { status, body } = await ask('POST', '/v1/keys', { body: { name: ' laptop ', scopes: ['read'] } });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^key_/),
      name: 'laptop',
      prefix: body.key.slice(0, 15),
      key: expect.stringMatching(/^atl_live_[\w-]{43}$/),
      scopes: ['read'],
      sandbox: false,
      created_at: expect.stringMatching(/Z$/),
      last_used_at: null,
      revoked_at: null,
    });
    expect((await ask('GET', '/v1/tools', { key: body.key })).status).toBe(200);
    const denied = await ask('POST', '/v1/jobs', { key: body.key, body: { pipeline: 'image_resizer' } });
    expect([denied.status, denied.body.error.code]).toEqual([403, 'forbidden']);
  });

  it('is listed without its text, with its last use', async () => {
    const made = await create({ name: 'listed' });
    await ask('GET', '/v1/tools', { key: made.key });
    const listed = async () => {
      const { body } = await call<{ keys: KeyAnswer[]; total: number }>(server, 'GET', '/v1/keys', { key });
      expect(body.total).toBe(body.keys.length);
      return body.keys.find(({ id }) => id === made.id);
    };
    const { key: text, ...shown } = made;
    let found = await listed();
    for (let tries = 0; tries < 50 && found && !('last_used_at' in found && found.last_used_at); tries += 1)
      found = await listed();
    expect(found).toEqual({ ...shown, last_used_at: expect.stringMatching(/Z$/) });
    expect(JSON.stringify(found)).not.toContain(text);
    expect((await ask('GET', `/v1/keys/${made.id}`)).body).toEqual(found);
  });

  it('is refused from the moment it is revoked', async () => {
    const made = await create({});
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await ask('DELETE', `/v1/keys/${made.id}`);
      expect([status, body]).toEqual([200, { revoked: true, id: made.id }]);
    }
    expect((await profile({ 'x-api-key': made.key })).body.error.code).toBe('invalid_api_key');
  });

  it('gives way to a new one of the same rights, at once or after a grace', async () => {
    const first = await create({ name: 'ci', scopes: ['read'], sandbox: true });
    const second = (await ask('POST', `/v1/keys/${first.id}/rotate`, { body: { grace_seconds: 600 } })).body;
    expect(second).toMatchObject({ name: 'ci', scopes: ['read'], sandbox: true, previous: { id: first.id } });
    expect(Date.parse(second.previous?.revoked_at ?? '')).toBeGreaterThan(Date.now() + 500_000);
    expect((await profile({ 'x-api-key': first.key })).status).toBe(200);
    expect((await profile({ 'x-api-key': second.key })).status).toBe(200);
    const third = (await ask('POST', `/v1/keys/${second.id}/rotate`)).body;
    expect((await profile({ 'x-api-key': second.key })).status).toBe(401);
    expect((await profile({ 'x-api-key': third.key })).status).toBe(200);
    const again = await ask('POST', `/v1/keys/${second.id}/rotate`);
    expect([again.status, again.body.error.code]).toEqual([409, 'conflict']);
  });

  it('cannot make or touch one that may do more', async () => {
    const reader = await create({ scopes: ['read', 'write'] });
    const more = await ask('POST', '/v1/keys', { key: reader.key, body: { scopes: ['admin'] } });
    expect([more.status, more.body.error.details]).toEqual([403, { scope: 'admin' }]);
    const sandbox = await create({ sandbox: true });
    for (const [method, route, body] of [
      ['POST', '/v1/keys', { name: 'live' }],
      ['POST', `/v1/keys/${reader.id}/rotate`, undefined],
      ['DELETE', `/v1/keys/${reader.id}`, undefined],
    ] as const) {
      expect((await ask(method, route, { key: sandbox.key, body })).status).toBe(403);
    }
  });

  it.each([
    ['a name of 101 characters', { name: 'x'.repeat(101) }],
    ['a name that would move the cursor', { name: '\u001b[2J' }],
    ['a name that turns the text around', { name: 'a\u202eb' }],
    ['no scopes', { scopes: [] }],
    ['an unknown scope', { scopes: ['root'] }],
    ['more than it takes', { name: 'x', plan: 'enterprise' }],
    ['a sandbox that is no boolean', { sandbox: 'yes' }],
  ])('is not made with %s', async (_, body) => {
    const { status, body: answer } = await ask('POST', '/v1/keys', { body });
    expect([status, answer.error.code]).toEqual([400, 'invalid_input']);
  });

  it.each([-1, 604_801, 1.5, '60', null])('is not rotated with a grace of %j seconds', async (grace) => {
    const { id } = await create({});
    const body = { grace_seconds: grace };
    expect((await ask('POST', `/v1/keys/${id}/rotate`, { body })).status).toBe(400);
    await ask('DELETE', `/v1/keys/${id}`);
  });

  it("of another account does not exist, and neither does one that isn't there", async () => {
    const stranger = await createToken({ aud: 'atelier', plan: 'enterprise' });
    const { id } = await create({ name: 'mine' });
    for (const each of [id, 'key_missing']) {
      for (const [method, route] of [
        ['GET', `/v1/keys/${each}`],
        ['POST', `/v1/keys/${each}/rotate`],
        ['DELETE', `/v1/keys/${each}`],
      ] as const) {
        const { status, body } = await ask(method, route, { key: stranger });
        expect([status, body.error.code]).toEqual([404, 'key_not_found']);
      }
    }
    expect((await ask('GET', `/v1/keys/${id}`)).status).toBe(200);
  });

  it('of the owner is rotated by no request, since a file holds it', async () => {
    const { body } = await call<{ keys: KeyAnswer[] }>(server, 'GET', '/v1/keys');
    const own = body.keys.find(({ name }) => name === 'owner.key');
    const { status } = await call(server, 'POST', `/v1/keys/${own?.id}/rotate`);
    expect(status).toBe(409);
  });
});

describe('how a key is sent', () => {
  it.each([
    ['in X-API-Key', () => ({ 'x-api-key': key })],
    ['with blanks around it', () => ({ 'x-api-key': `  ${key}\t` })],
    ['as a bearer token', () => ({ authorization: `Bearer ${key}` })],
    ['in another case of the scheme', () => ({ authorization: `BEARER   ${key}` })],
    ['beside an empty Authorization', () => ({ authorization: '', 'x-api-key': key })],
  ])('%s', async (_, headers) => expect((await profile(headers())).status).toBe(200));

  it('in X-API-Key works in every dialect', async () => {
    const headers = { 'x-api-key': key };
    const krea = { url: server.urlOf('flux-krea'), key: '' };
    expect((await call(krea, 'GET', '/models', { key: null, headers })).status).toBe(200);
    const wrong = { 'x-api-key': `${key.slice(0, -3)}abc` };
    expect((await call(krea, 'GET', '/models', { key: null, headers: wrong })).status).toBe(401);
    expect((await call(server, 'GET', '/api/settings', { key: null, headers: wrong })).status).toBe(401);
  });

  it.each([
    ['in capitals', () => ({ 'x-api-key': key.toUpperCase() })],
    ['in quotes', () => ({ authorization: `Bearer "${key}"` })],
    ['with something behind it', () => ({ authorization: `Bearer ${key} x` })],
    ['twice', () => ({ 'x-api-key': `${key}, ${key}` })],
    ['without the scheme', () => ({ authorization: key })],
    ['as a password', () => ({ authorization: `Basic ${Buffer.from(`:${key}`).toString('base64')}` })],
    ['percent-encoded', () => ({ authorization: `Bearer ${key.replace(/_/g, '%5F')}` })],
    ['as SQL', () => ({ authorization: `Bearer ' OR '1'='1` })],
    ['but its prefix', () => ({ 'x-api-key': key.slice(0, 15) })],
    ['with a letter of another script', () => ({ 'x-api-key': key.replace('a', '\u00e0') })],
  ])('not %s', async (_, headers) => {
    const { status, body } = await profile(headers());
    expect([status, body.error.code]).toEqual([401, 'invalid_api_key']);
    expect(JSON.stringify(body)).not.toContain(key.slice(15, 40));
  });

  it('not in the address', async () =>
    expect((await ask('GET', `/v1/tools?api_key=${key}`, { key: null })).status).toBe(401));

  it('and nothing in a header becomes a header of the answer', async () => {
    const evil = 'x%0d%0aX-Evil: 1';
    const answer = await exchange(
      server.url,
      `GET /v1/user/profile?${evil} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${key}\r\nX-Request-Id: a\tX-Evil: 1\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).not.toMatch(/^x-evil/im);
  });
});

describe('a token of another issuer', () => {
  const sign = (claims: object) => createToken({ aud: 'atelier', ...claims });

  it('is a key to an account of its own', async () => {
    const token = await sign({ sub: 'ann', email: 'ann@example.com', plan: 'pro' });
    const { status, body } = await profile({ authorization: `Bearer ${token}` });
    expect(status).toBe(200);
    expect(body).toMatchObject({ email: 'ann@example.com', plan: 'pro', credits: expect.any(Number) });
    expect((await profile({ authorization: `Bearer ${token}` })).body).toEqual(body);
  });

  it('allows what its scopes say', async () => {
    const token = await sign({ sub: 'ben', scope: 'openid read' });
    expect((await ask('GET', '/v1/tools', { key: token })).status).toBe(200);
    expect((await ask('POST', '/v1/keys', { key: token, body: {} })).status).toBe(403);
  });

  it('is refused with a sentence when it is meant for someone else', async () => {
    const { status, body, headers } = await ask('GET', '/v1/tools', {
      key: await sign({ aud: 'other' }),
    });
    expect([status, body.error.code]).toEqual([401, 'invalid_api_key']);
    expect(body.error.message).toMatch(/^The token is not meant for this server/);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });
});

it('the first thing that a server says is how to make a key for someone else', () => {
  expect(server.output()).toContain(
    `ATELIER_HOME=${server.home} npx atelier keys create --plan free --credits 100 --email ann@example.com`,
  );
});
