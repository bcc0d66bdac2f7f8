import { createHash } from 'node:crypto';
import { TempHome } from '../../../test/storage/temp-home.js';
import type { ValueRef } from '../../engine/graph.js';
import { Assets as AssetStore } from '../../runtime/assets.js';
import { assetFolder } from '../assets/asset-folder.js';
import { Assets } from '../assets/assets.service.js';
import type { Config } from '../../config.js';
import { NodeCacheEntry } from './node-cache.entity.js';
import { NodeCache } from './node-cache.js';

const limitBytes = 100;

describe('results of nodes that later jobs may reuse', () => {
  let home: TempHome;
  let store: AssetStore;
  let assets: Assets;
  let cache: NodeCache;

  beforeEach(async () => {
    home = await TempHome.open();
    store = new AssetStore(assetFolder(home.home));
    const config = { home: home.home, jobTimeoutMs: 1000, cacheLimitBytes: limitBytes } as Config;
    assets = new Assets(config, home.database, store);
    cache = new NodeCache(home.database, home.journal, assets, config);
  });
  afterEach(() => home.remove());

  const keyOf = (name: string): string => createHash('sha256').update(name).digest('hex');

  async function kept(name: string, bytes: number): Promise<ValueRef> {
    const blob = await store.put(Buffer.alloc(bytes, name));
    await home.database.write((manager) => assets.record(manager, [blob]));
    const ref: ValueRef = { kind: 'stored', ...blob };
    await cache.keep(keyOf(name), { image: ref });
    return ref;
  }

  const found = async (...names: string[]): Promise<string[]> => {
    const entries = await cache.find(names.map(keyOf));
    return names.filter((name) => entries.has(keyOf(name)));
  };

  test('are found by their key, as they were kept', async () => {
    const ref = await kept('a', 10);
    expect(await cache.find([keyOf('a'), keyOf('b')])).toEqual(new Map([[keyOf('a'), { image: ref }]]));
  });

  test('are found among thousands of keys', async () => {
    await kept('a', 1);
    const others = Array.from({ length: 2000 }, (_, index) => `other ${index}`);
    expect(await found(...others, 'a')).toEqual(['a']);
  });

  test('keep their blobs', async () => {
    await kept('a', 10);
    expect(await assets.keptFor({ kind: 'cache', id: keyOf('a') })).toHaveLength(1);
  });

  test('give way above the limit, those unused for longest first, and let go of their blobs', async () => {
    for (const name of ['a', 'b', 'c']) await kept(name, 40);
    const aged = [
      ['a', 3],
      ['b', 1],
      ['c', 2],
    ] as const;
    for (const [name, hours] of aged) {
      const usedAt = Date.now() - hours * 3_600_000;
      await home.journal.write((manager) =>
        manager.update(NodeCacheEntry, { cacheKey: keyOf(name) }, { usedAt }),
      );
    }
    await cache.find([keyOf('a')]);
    await cache.sweep();
    expect(await found('a', 'b', 'c')).toEqual(['a', 'b']);
    expect(await assets.referring('cache')).toEqual([keyOf('a'), keyOf('b')].sort());
  });

  test('whose index was lost let go of their blobs', async () => {
    await kept('a', 10);
    await home.journal.write((manager) => manager.clear(NodeCacheEntry));
    await cache.sweep();
    expect(await assets.referring('cache')).toEqual([]);
  });
});
