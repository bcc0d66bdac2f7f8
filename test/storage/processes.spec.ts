import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Assets as AssetStore } from '../../src/runtime/assets.js';
import { assetFolder } from '../../src/server/assets/asset-folder.js';
import { Assets } from '../../src/server/assets/assets.service.js';
import { Database } from '../../src/server/database/database.js';
import { HomeLock, runningServer } from '../../src/server/database/home-lock.js';
import { Script } from './process.js';

let home: string;
beforeEach(async () => (home = await mkdtemp(path.join(os.tmpdir(), 'atelier-processes-'))));
afterEach(() => rm(home, { recursive: true }));

describe('a server that is killed in the midst of writing', () => {
  it('leaves no half unit and no half blob, has lost nothing it called durable, and frees the home', async () => {
    for (const round of ['1', '2', '3']) {
      const writer = new Script('writer', [home, round]);
      await writer.printed(20);
      await delay(Math.random() * 300);
      expect(await runningServer(home)).toMatchObject({ url: 'http://127.0.0.1:1' });
      await expect(HomeLock.acquire(home)).rejects.toMatchObject({ code: 'conflict' });
      await writer.kill();

      expect(await runningServer(home)).toBeUndefined();
      const lock = await HomeLock.acquire(home);
      await verify(writer.lines);
      await lock.release();
      process.kill(Number(writer.lines[0]!.split(' ')[1]));
    }
  }, 60_000);

  async function verify(printed: string[]): Promise<void> {
    const said = (kind: string) =>
      printed.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(' ')[1]!);
    const database = await Database.open(home);
    expect(await database.read.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const ids = new Set(
      (await database.read.query<{ id: string }[]>('SELECT id FROM accounts')).map((row) => row.id),
    );
    for (const id of said('row')) expect(ids).toContain(`${id}-a`);
    const halves = [...ids].filter(
      (id) => !ids.has(id.replace(/[ab]$/, (half) => (half === 'a' ? 'b' : 'a'))),
    );
    expect(halves).toEqual([]);

    const store = new AssetStore(assetFolder(home));
    const blobs = new Set<string>();
    for await (const { sha256 } of store.list()) {
      blobs.add(sha256);
      expect(
        createHash('sha256')
          .update(await store.read(sha256))
          .digest('hex'),
      ).toBe(sha256);
    }
    for (const sha256 of said('blob')) expect(blobs).toContain(sha256);
    await store.removeUnfinished(-1);
    await new Assets({ home, jobTimeoutMs: 1 }, database, store).onModuleInit();
    expect((await readdir(assetFolder(home))).filter((name) => name.startsWith('.'))).toEqual([]);
    await database.close();
  }
});

describe('servers that start at the same moment', () => {
  it('make the tables once, and wait for each other with every write', async () => {
    const starters = Array.from({ length: 5 }, () => new Script('starter', [home]));
    expect(await Promise.all(starters.map((starter) => starter.end()))).toEqual([0, 0, 0, 0, 0]);
    const database = await Database.open(home);
    const [made] = await database.read.query<{ times: number; names: number }[]>(
      'SELECT count(*) AS times, count(DISTINCT name) AS names FROM migrations',
    );
    expect(made!.times).toBe(made!.names);
    expect(await database.read.query('SELECT count(*) AS n FROM accounts')).toEqual([{ n: 250 }]);
    await database.close();
  }, 60_000);

  it('leave the home to one of them, which the others name', async () => {
    const lockers = Array.from({ length: 3 }, () => new Script('locker', [home]));
    await Promise.all(lockers.map((locker) => locker.end()));
    const said = lockers.flatMap((locker) => locker.lines);
    const [winner] = said.filter((line) => line.startsWith('taken by'));
    const pid = winner!.split(' ')[2];
    const refusal = `Atelier (process ${pid}) is using this ATELIER_HOME already; stop it or choose another folder.`;
    expect(said.filter((line) => line === refusal)).toHaveLength(2);
  }, 60_000);
});

describe('a disk that is full', () => {
  const mounts = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;
  const itMounts = mounts ? it : it.skip;

  itMounts(
    `refuses uploads and writes, damages nothing and works again once there is room${mounts ? '' : ' (needs user namespaces, which this system does not allow)'}`,
    async () => {
      const mount = `mount -t tmpfs -o size=8m tmpfs ${home} && exec "$@"`;
      const script = new Script(
        'full-disk',
        [home],
        ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, 'sh'],
      );
      expect(await script.end()).toBe(0);
      const report = JSON.parse(script.lines[0]!) as { recoveredMs: number };
      expect(report).toMatchObject({
        uploadFailure: 'storage-full',
        unfinished: [],
        writeFailure: 'storage-full',
        parallelFailures: ['storage-full', 'storage-full', 'storage-full'],
        readable: 400_000,
        lostRows: 0,
        lostFiles: 0,
        integrity: [{ integrity_check: 'ok' }],
      });
      expect(report.recoveredMs).toBeLessThan(10_000);
    },
    60_000,
  );
});
