import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { HomeLock, runningServer } from './home-lock.js';

describe('HomeLock', () => {
  let folder: string;
  let home: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-lock-'));
    home = path.join(folder, 'home');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes the home for its owner alone and says who holds it', async () => {
    const lock = await HomeLock.acquire(home);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    expect(await runningServer(home)).toMatchObject({ pid: process.pid, url: null });

    await lock.announce('http://127.0.0.1:8000');
    expect(await runningServer(home)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:8000' });
    await lock.release();
  });

  it('refuses a second server with a sentence that names the first', async () => {
    const lock = await HomeLock.acquire(home);
    await lock.announce('http://127.0.0.1:8000');
    await expect(HomeLock.acquire(home)).rejects.toMatchObject({
      code: 'conflict',
      message: `Atelier (process ${process.pid}, http://127.0.0.1:8000) is using this ATELIER_HOME already; stop it or choose another folder.`,
    });
    await lock.release();
  });

  it('can be taken again once it is released', async () => {
    await (await HomeLock.acquire(home)).release();
    expect(await runningServer(home)).toBeUndefined();
    await (await HomeLock.acquire(home)).release();
  });

  it('takes no left-over server.json for a running server', async () => {
    await (await HomeLock.acquire(home)).release();
    await writeFile(
      path.join(home, 'server.json'),
      '{"pid":1,"url":null,"startedAt":"2026-11-20T00:00:00Z"}',
    );
    expect(await runningServer(home)).toBeUndefined();
    const lock = await HomeLock.acquire(home);
    expect(JSON.parse(await readFile(path.join(home, 'server.json'), 'utf8'))).toMatchObject({
      pid: process.pid,
    });
    await lock.release();
  });

  it('names nobody when server.json cannot be read', async () => {
    const lock = await HomeLock.acquire(home);
    await writeFile(path.join(home, 'server.json'), 'not json');
    await expect(HomeLock.acquire(home)).rejects.toMatchObject({
      message: expect.stringMatching(/^Another Atelier is using/),
    });
    await lock.release();
  });
});
