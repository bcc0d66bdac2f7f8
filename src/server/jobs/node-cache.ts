import { Inject, Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Config } from '../../config.js';
import type { ValueRef } from '../../engine/graph.js';
import { Assets } from '../assets/assets.service.js';
import { CONFIG } from '../config.token.js';
import { Database } from '../database/database.js';
import { Journal } from '../database/journal.js';
import { blobsOf } from './job-store.js';
import { NodeCacheEntry } from './node-cache.entity.js';

/** SQLite allows 32,766 parameters in a statement; far fewer keep each read short. */
const keysPerRead = 500;
const touchAfterMs = 60_000;

/**
 * Results of nodes by cache key. The index is in the journal and may be lost; the blobs are kept by references in the
 * database, which `sweep` brings in line with the index.
 */
@Injectable()
export class NodeCache {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Journal) private readonly journal: Journal,
    @Inject(Assets) private readonly assets: Assets,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The results that are there, by key. */
  async find(keys: readonly string[]): Promise<Map<string, Record<string, ValueRef>>> {
    const found = new Map<string, Record<string, ValueRef>>();
    const stale: string[] = [];
    for (let start = 0; start < keys.length; start += keysPerRead) {
      const part = keys.slice(start, start + keysPerRead);
      for (const entry of await this.journal.read.findBy(NodeCacheEntry, { cacheKey: In(part) })) {
        found.set(entry.cacheKey, entry.outputs);
        if (entry.usedAt < Date.now() - touchAfterMs) stale.push(entry.cacheKey);
      }
    }
    if (stale.length > 0) await this.touch(stale);
    return found;
  }

  /** Keeps the result for later jobs; the oldest unused ones give way above the limit. */
  async keep(cacheKey: string, outputs: Record<string, ValueRef>): Promise<void> {
    const refs = Object.values(outputs);
    const now = Date.now();
    const entry = { cacheKey, outputs, bytes: bytesOf(refs), createdAt: now, usedAt: now };
    const blobs = blobsOf(refs);
    if (blobs.length > 0)
      await this.database.write((manager) =>
        this.assets.refer(manager, { kind: 'cache', id: cacheKey }, blobs),
      );
    await this.journal.write((manager) => manager.upsert(NodeCacheEntry, entry as object, ['cacheKey']));
  }

  /** Brings the cache below its limit and drops references whose entry is gone. Called now and then. */
  async sweep(): Promise<void> {
    await this.forget(await this.surplus());
    const kept = await this.assets.referring('cache');
    for (let start = 0; start < kept.length; start += keysPerRead) {
      const part = kept.slice(start, start + keysPerRead);
      const entries = await this.journal.read.find(NodeCacheEntry, {
        select: { cacheKey: true },
        where: { cacheKey: In(part) },
      });
      const known = new Set(entries.map((entry) => entry.cacheKey));
      await this.unrefer(part.filter((key) => !known.has(key)));
    }
  }

  private async surplus(): Promise<string[]> {
    const total = (await this.journal.read.sum(NodeCacheEntry, 'bytes')) ?? 0;
    let excess = total - this.config.cacheLimitBytes;
    if (excess <= 0) return [];
    const keys: string[] = [];
    for (const entry of await this.journal.read.find(NodeCacheEntry, { order: { usedAt: 'ASC' } })) {
      if (excess <= 0) break;
      keys.push(entry.cacheKey);
      excess -= entry.bytes;
    }
    return keys;
  }

  private async forget(keys: string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += keysPerRead) {
      const part = keys.slice(start, start + keysPerRead);
      await this.journal.write((manager) => manager.delete(NodeCacheEntry, { cacheKey: In(part) }));
      await this.unrefer(part);
    }
  }

  private async unrefer(keys: string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.database.write(async (manager) => {
      for (const id of keys) await this.assets.unrefer(manager, { kind: 'cache', id });
    });
  }

  private async touch(keys: string[]): Promise<void> {
    await this.journal.write((manager) =>
      manager.update(NodeCacheEntry, { cacheKey: In(keys) }, { usedAt: Date.now() }),
    );
  }
}

function bytesOf(refs: readonly ValueRef[]): number {
  return refs.reduce((sum, ref) => {
    if (ref.kind === 'list') return sum + bytesOf(ref.items);
    return sum + (ref.kind === 'stored' ? ref.bytes : JSON.stringify(ref.value).length);
  }, 0);
}
