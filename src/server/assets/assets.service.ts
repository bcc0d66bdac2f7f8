import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { Assets as AssetStore, type StoredAsset } from '../../runtime/assets.js';
import { CONFIG } from '../config.token.js';
import { Database } from '../database/database.js';
import { AssetRef, type AssetOwnerKind } from './asset-ref.entity.js';
import { Asset } from './asset.entity.js';
import { collectGarbage, finishInterrupted, type Collected } from './garbage.js';
import { assetFolder } from './asset-folder.js';

/** Who keeps a blob. The id belongs to the kind: of a file, a job, the job of node runs, a cache key. */
export interface AssetOwner {
  kind: AssetOwnerKind;
  id: string;
}

/** A result that is put and not referred to within this time is taken for abandoned, in ms. */
const graceMs = 3_600_000;

/**
 * Which blobs there are and who keeps them. A blob is put into the store first, then recorded and referred to in the unit
 * of work that needs it; once nothing refers to it, it goes with the next collection of garbage.
 */
@Injectable()
export class Assets implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'home' | 'jobTimeoutMs'>,
    @Inject(Database) private readonly database: Database,
    @Inject(AssetStore) private readonly store: AssetStore,
  ) {}

  async onModuleInit(): Promise<void> {
    await finishInterrupted(this.database, this.store, assetFolder(this.config.home));
  }

  /**
   * Enters blobs that have been put, so that they can be referred to.
   * @throws Failure `not-found` when one was collected since, as it took longer than the grace; it has to be put again
   */
  async record(manager: EntityManager, blobs: readonly StoredAsset[]): Promise<void> {
    await Promise.all(blobs.map((blob) => this.store.path(blob.sha256)));
    const now = Date.now();
    for (const { sha256, bytes, mediaType } of blobs) {
      await manager.query(
        'INSERT OR IGNORE INTO assets (sha256, bytes, media_type, created_at) VALUES (?, ?, ?, ?)',
        [sha256, bytes, mediaType, now],
      );
    }
  }

  /**
   * Keeps recorded blobs for `owner`; doing it twice changes nothing.
   * @throws Failure `not-found` when one is not recorded (any more)
   */
  async refer(manager: EntityManager, owner: AssetOwner, digests: readonly string[]): Promise<void> {
    const wanted = [...new Set(digests)];
    const known = await manager.countBy(Asset, { sha256: In(wanted) });
    if (known < wanted.length)
      throw new Failure('not-found', 'A file that is needed here is not in the store any more.');
    for (const sha256 of wanted) {
      await manager.query(
        'INSERT OR IGNORE INTO asset_refs (sha256, owner_kind, owner_id) VALUES (?, ?, ?)',
        [sha256, owner.kind, owner.id],
      );
    }
  }

  /** Keeps nothing for `owner` any more. */
  async unrefer(manager: EntityManager, owner: AssetOwner): Promise<void> {
    await manager.delete(AssetRef, { ownerKind: owner.kind, ownerId: owner.id });
  }

  /** The blobs that `owner` keeps. */
  async keptFor({ kind, id }: AssetOwner): Promise<string[]> {
    const refs = await this.database.read.findBy(AssetRef, { ownerKind: kind, ownerId: id });
    return refs.map((ref) => ref.sha256);
  }

  /** Ids of the owners of a kind that keep anything. */
  async referring(kind: AssetOwnerKind): Promise<string[]> {
    const rows: { owner_id: string }[] = await this.database.read.query(
      'SELECT DISTINCT owner_id FROM asset_refs WHERE owner_kind = ?',
      [kind],
    );
    return rows.map((row) => row.owner_id);
  }

  /** Deletes every blob that nothing refers to and that has not been put lately. */
  collectGarbage(): Promise<Collected> {
    return collectGarbage({
      database: this.database,
      store: this.store,
      folder: assetFolder(this.config.home),
      graceMs,
      // A running node may have put the first frames of a film long before the result is recorded.
      unrecordedGraceMs: Math.max(graceMs, this.config.jobTimeoutMs),
    });
  }
}
