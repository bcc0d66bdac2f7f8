import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { call, upload } from '../harness/api.js';
import { startServer, type TestServer } from '../harness/server.js';
import { atelier, lastLine, type Outcome } from './terminal.js';

const keyPattern = /^atl_(live|test)_[\w-]{43}$/;

describe('atelier keys', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer();
  }, 90_000);

  afterAll(() => server.stop());

  const keys = (...args: string[]): Promise<Outcome> => atelier(['keys', ...args], { home: server.home });
  const create = async (...args: string[]) =>
    lastLine((await keys('create', '--plan', 'free', ...args)).stdout);

  async function resize(key: string) {
    const pixel = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');
    const { body: file } = await upload(server, pixel, 'pixel.svg', { key });
    const body = { inputs: { file_id: file.file_id, width: 4, height: 4 } };
    return call(server, 'POST', '/v1/tools/image_resizer/execute', { key, body });
  }

  it('makes a key that a running server takes at once, with as many credits as were said', async () => {
    const key = await create('--credits', '1');
    expect(key).toMatch(keyPattern);
    expect((await resize(key)).status).toBe(202);
    expect((await resize(key)).status).toBe(402);
  }, 60_000);

  it('makes a sandbox key that costs nothing', async () => {
    const key = await create('--credits', '0', '--sandbox');
    expect((await resize(key)).status).toBe(202);
  }, 60_000);

  it('lists keys without showing them, and revokes them', async () => {
    const key = await create('--credits', '1', '--email', 'ann@example.com');
    expect((await call(server, 'GET', '/v1/tools', { key })).status).toBe(200);
    const { stdout } = await keys('list');
    const line = stdout.split('\n').find((text) => text.includes('ann@example.com')) ?? '';
    expect(line).toMatch(/^key_\w+ {2}atl_live_[\w-]{6}… {2}live {2}free {2}ann@example\.com$/);
    expect(stdout).not.toContain(key);
    const [id = ''] = line.split(' ');
    expect(await keys('revoke', id)).toMatchObject({ code: 0, stdout: `The key ${id} is revoked.\n` });
    expect((await keys('list')).stdout).toContain(line.replace('  live  ', '  revoked  '));
    expect((await call(server, 'GET', '/v1/tools', { key })).status).toBe(401);
  }, 60_000);

  it('puts a new key in the place of one, at once or after a while', async () => {
    const find = async (email: string) =>
      (await keys('list')).stdout.split('\n').findLast((line) => line.includes(email)) ?? '';
    const old = await create('--credits', '0', '--email', 'ben@example.com');
    const [id = ''] = (await find('ben@example.com')).split(' ');
    const { stdout, stderr } = await keys('rotate', id, '--grace-hours', '2');
    expect(stderr).toMatch(new RegExp(`takes the place of ${id}, which works until 20.*Z:`));
    expect(lastLine(stdout)).toMatch(keyPattern);
    for (const key of [old, lastLine(stdout)])
      expect((await call(server, 'GET', '/v1/tools', { key })).status).toBe(200);
    expect(await keys('rotate', id)).toMatchObject({ code: 1, stdout: '' });
    expect((await keys('rotate', 'key_0')).stderr).toContain('no key key_0');
  }, 60_000);

  it.each([
    [['rotate', 'key_0', '--grace-hours', '169'], /whole number from 0 to 168, not "169"/],
    [['create', '--plan', 'gold', '--credits', '1'], /Allowed choices are free, starter/],
    [['create', '--plan', 'free', '--credits', '1.5'], /whole number from 0, not "1.5"/],
    [['create', '--credits', '1'], /--plan/],
  ])('takes %j for a mistake of whoever typed it', async (args, message) => {
    const { code, stdout, stderr } = await keys(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('says that a key does not exist', async () => {
    expect(await keys('revoke', 'key_0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no key key_0'),
    });
  });
});

describe('atelier keys without a server', () => {
  it('makes a key that the next server takes', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'atelier-test-'));
    const { stdout } = await atelier(['keys', 'create', '--plan', 'pro', '--credits', '10'], { home });
    const server = await startServer({ home });
    const { status } = await call(server, 'GET', '/v1/tools', { key: lastLine(stdout) });
    await server.stop();
    await rm(home, { recursive: true, force: true });
    expect(status).toBe(200);
  }, 90_000);
});
