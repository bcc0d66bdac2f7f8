import { createHash } from 'node:crypto';
import { readdir, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { faultyDriver, type Fault } from '../../../test/storage/faulty-driver.js';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Assets as AssetStore } from '../../runtime/assets.js';
import { assetFolder } from './asset-folder.js';
import { Assets, type AssetOwner } from './assets.service.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('Assets', () => {
  let temp: TempHome;
  let fault: Fault;
  let store: AssetStore;
  let assets: Assets;
  const owner: AssetOwner = { kind: 'job', id: 'job_1' };

  beforeEach(async () => {
    fault = { at: 0, persistent: false, undoes: false, seen: 0 };
    temp = await TempHome.open(faultyDriver(fault));
    store = new AssetStore(assetFolder(temp.home));
    assets = new Assets({ home: temp.home, jobTimeoutMs: dayMs }, temp.database, store);
  });
  afterEach(() => temp.remove());

  const put = (text: string) => store.put(Buffer.from(text));
  const record = (text: string) =>
    put(text).then((blob) =>
      temp.database.write((manager) => assets.record(manager, [blob])).then(() => blob.sha256),
    );
  const refer = (sha256: string, by = owner) =>
    temp.database.write((manager) => assets.refer(manager, by, [sha256]));
  const unrefer = (by = owner) => temp.database.write((manager) => assets.unrefer(manager, by));
  const age = async (sha256: string, ms: number): Promise<void> => {
    const then = new Date(Date.now() - ms);
    await utimes(await store.path(sha256), then, then);
  };
  const isThere = (sha256: string) =>
    store.path(sha256).then(
      () => true,
      () => false,
    );
  const rows = () => temp.database.read.query<unknown[]>('SELECT sha256 FROM assets');

  it('keeps a blob while anything refers to it, however old it is', async () => {
    const sha256 = await record('kept');
    await refer(sha256);
    await refer(sha256, { kind: 'cache', id: 'key_1' });
    await age(sha256, 90 * dayMs);
    await unrefer();
    expect(await assets.collectGarbage()).toEqual({ blobs: 0, bytes: 0 });
    expect(await isThere(sha256)).toBe(true);
    expect(await assets.referring('cache')).toEqual(['key_1']);
    expect(await assets.referring('job')).toEqual([]);
  });

  it('deletes a blob with its row once nothing refers to it and it was put more than an hour ago', async () => {
    const sha256 = await record('hello');
    await refer(sha256);
    await refer(sha256);
    await unrefer();
    await age(sha256, hourMs - 60_000);
    expect(await assets.collectGarbage()).toEqual({ blobs: 0, bytes: 0 });
    await age(sha256, hourMs + 60_000);
    expect(await assets.collectGarbage()).toEqual({ blobs: 1, bytes: 5 });
    expect(await isThere(sha256)).toBe(false);
    expect(await rows()).toEqual([]);
  });

  it('leaves a blob that was not recorded to a job that may still be running', async () => {
    const { sha256 } = await put('frame 1');
    await age(sha256, dayMs - 60_000);
    await assets.collectGarbage();
    expect(await isThere(sha256)).toBe(true);
    await age(sha256, dayMs + 60_000);
    expect(await assets.collectGarbage()).toMatchObject({ blobs: 1 });
    expect(await isThere(sha256)).toBe(false);
  });

  it('keeps a blob that is put again though it is old', async () => {
    const sha256 = await record('again');
    await age(sha256, 2 * hourMs);
    await put('again');
    await assets.collectGarbage();
    expect(await isThere(sha256)).toBe(true);
  });

  it('refuses to refer to a blob that is not recorded', async () => {
    const { sha256 } = await put('unknown');
    await expect(refer(sha256)).rejects.toMatchObject({ code: 'not-found' });
    const sha = await record('known');
    const both = temp.database.write((manager) => assets.refer(manager, owner, [sha, sha256]));
    await expect(both).rejects.toMatchObject({ code: 'not-found' });
    expect(await assets.referring('job')).toEqual([]);
  });

  it('refuses to record a blob that is not in the store', async () => {
    const blob = await put('lost');
    await rm(await store.path(blob.sha256));
    await expect(temp.database.write((manager) => assets.record(manager, [blob]))).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('collects many blobs, and none of those that are kept', async () => {
    const digests: string[] = [];
    for (let index = 0; index < 90; index += 1) digests.push((await put(`blob ${index}`)).sha256);
    const kept = digests.filter((_, index) => index % 3 === 0);
    await temp.database.write(async (manager) => {
      await assets.record(
        manager,
        kept.map((sha256) => ({ sha256, bytes: 6, mediaType: 'text/plain' })),
      );
      await assets.refer(manager, owner, kept);
    });
    for (const sha256 of digests) await age(sha256, 2 * dayMs);
    expect(await assets.collectGarbage()).toMatchObject({ blobs: 60 });
    for (const sha256 of digests) expect(await isThere(sha256)).toBe(kept.includes(sha256));
    expect(await rows()).toHaveLength(30);
  });

  it('loses no content that is put and referred to while it is being collected', async () => {
    for (let round = 0; round < 40; round += 1) {
      const text = `round ${round}`;
      await age(await record(text), 2 * hourMs);
      const collected = assets.collectGarbage();
      await delay(Math.random() * 4);
      const sha256 = await record(text);
      await refer(sha256, { kind: 'job', id: `job_${round}` });
      await collected;
      expect(Buffer.from(await store.read(sha256)).toString()).toBe(text);
    }
  });

  it('deletes nothing that a unit of work refers to while it is being collected', async () => {
    for (let round = 0; round < 40; round += 1) {
      const sha256 = await record(`round ${round}`);
      await age(sha256, 2 * hourMs);
      const collected = assets.collectGarbage();
      await delay(Math.random() * 4);
      const referred = await refer(sha256, { kind: 'cache', id: `${round}` }).then(
        () => true,
        () => false,
      );
      await collected;
      expect(await isThere(sha256)).toBe(referred);
    }
  });

  it.each([1, 2, 3, 4, 5])(
    'leaves blob and row as they were when write %i of a collection fails',
    async (at) => {
      const sha256 = await record('unlucky');
      await age(sha256, 2 * hourMs);
      Object.assign(fault, { at, seen: 0, persistent: true });
      const collected = await assets.collectGarbage().catch((error: unknown) => error);
      fault.at = 0;
      expect(collected).toMatchObject({ code: 'storage-full' });
      await refer(sha256);
      expect(await isThere(sha256)).toBe(true);
      expect(await readdir(assetFolder(temp.home))).not.toContainEqual(expect.stringMatching(/^\./));
    },
  );

  it('puts back what a crash left aside with its row, and finishes what it left without', async () => {
    const [half, gone] = [await record('half'), createHash('sha256').update('gone').digest('hex')];
    const place = await store.path(half);
    await put('gone');
    const folder = assetFolder(temp.home);
    await rename(place, path.join(folder, `.aside-${half}`));
    await rename(await store.path(gone), path.join(folder, `.aside-${gone}`));

    await assets.onModuleInit();
    expect(await isThere(half)).toBe(true);
    expect(await isThere(gone)).toBe(false);
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
