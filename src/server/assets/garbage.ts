import { linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { In } from 'typeorm';
import type { Assets as AssetStore } from '../../runtime/assets.js';
import type { Database } from '../database/database.js';
import { AssetRef } from './asset-ref.entity.js';
import { Asset } from './asset.entity.js';

export interface Collection {
  database: Database;
  store: AssetStore;
  /** the folder of `store` */
  folder: string;
  /** how long ago a recorded blob must have been put, ms */
  graceMs: number;
  /** the same for a blob that has not been recorded, ms */
  unrecordedGraceMs: number;
}

export interface Collected {
  blobs: number;
  bytes: number;
}

interface Blob {
  sha256: string;
  bytes: number;
  modifiedMs: number;
}

const blobsPerRead = 500;
/** A step holds up the write queue for about a millisecond. */
const blobsPerStep = 16;
const asidePrefix = '.aside-';

/**
 * Deletes blobs without references. Three things may happen at the same moment and win:
 * - A reference is made. It is made in a unit of work, and so is the decision here; whichever comes second sees the first.
 * - The content is put again, here or in a worker. A put renews the modification time of what is there, which fails when
 *   the blob was moved aside before; then it stores its own. When it succeeds, the blob that was moved aside is young, and
 *   is moved back.
 * - The process ends. What lies aside is put back at the next start if its row is still there.
 *
 * A reader without a reference may find nothing in the instant between the two moves.
 */
export async function collectGarbage(collection: Collection): Promise<Collected> {
  const { store, unrecordedGraceMs } = collection;
  await store.removeUnfinished(unrecordedGraceMs);
  const collected = { blobs: 0, bytes: 0 };
  const collect = async (blobs: Blob[]): Promise<void> => {
    const unkept = await withoutReference(collection, blobs);
    for (let start = 0; start < unkept.length; start += blobsPerStep) {
      const gone = await collectStep(collection, unkept.slice(start, start + blobsPerStep));
      collected.blobs += gone.length;
      collected.bytes += gone.reduce((sum, blob) => sum + blob.bytes, 0);
    }
  };

  let batch: Blob[] = [];
  for await (const blob of store.list()) {
    if (blob.modifiedMs > Date.now() - collection.graceMs) continue;
    batch.push(blob);
    if (batch.length < blobsPerRead) continue;
    await collect(batch);
    batch = [];
  }
  await collect(batch);
  return collected;
}

/** Those that nothing refers to as far as is committed, and that are old enough. */
async function withoutReference({ database, unrecordedGraceMs }: Collection, blobs: Blob[]): Promise<Blob[]> {
  const names = In(blobs.map((blob) => blob.sha256));
  const refs = await database.read.find(AssetRef, { select: { sha256: true }, where: { sha256: names } });
  const rows = await database.read.find(Asset, { select: { sha256: true }, where: { sha256: names } });
  const kept = new Set(refs.map((ref) => ref.sha256));
  const recorded = new Set(rows.map((row) => row.sha256));
  const isOld = (blob: Blob): boolean => blob.modifiedMs < Date.now() - unrecordedGraceMs;
  return blobs.filter((blob) => !kept.has(blob.sha256) && (recorded.has(blob.sha256) || isOld(blob)));
}

async function collectStep(collection: Collection, blobs: Blob[]): Promise<Blob[]> {
  const places = new Map<string, string>();
  for (const { sha256 } of blobs) places.set(sha256, await collection.store.path(sha256));
  const aside = (blob: Blob): string => asideOf(collection.folder, blob.sha256);
  const gone: Blob[] = [];
  const decided = collection.database.write(async (manager) => {
    for (const blob of blobs) {
      if (await manager.existsBy(AssetRef, { sha256: blob.sha256 })) continue;
      if (!moveAside(places.get(blob.sha256)!, aside(blob), collection.graceMs)) continue;
      gone.push(blob);
      await manager.delete(Asset, { sha256: blob.sha256 });
    }
  });
  await decided.catch((error: unknown) => {
    for (const blob of gone) moveBack(aside(blob), places.get(blob.sha256)!);
    throw error;
  });
  for (const blob of gone) await rm(aside(blob), { force: true });
  return gone;
}

/** Renaming takes the same short time for a large blob as for a small one; deleting a large one would hold up the server. */
function moveAside(place: string, aside: string, graceMs: number): boolean {
  renameSync(place, aside);
  if (statSync(aside).mtimeMs < Date.now() - graceMs) return true;
  moveBack(aside, place);
  return false;
}

/** Leaves what has been put at the place meanwhile: it is the same content, and younger. */
function moveBack(aside: string, place: string): void {
  try {
    linkSync(aside, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  rmSync(aside);
}

/**
 * Puts back what a process that ended in the midst of a step has left aside with its row still there.
 * To be called before anything can refer to a blob.
 */
export async function finishInterrupted(
  database: Database,
  store: AssetStore,
  folder: string,
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(asidePrefix))) {
    const aside = path.join(folder, name);
    const sha256 = name.slice(asidePrefix.length);
    if (await database.read.existsBy(Asset, { sha256 })) await store.put({ path: aside });
    await rm(aside, { force: true });
  }
}

function asideOf(folder: string, sha256: string): string {
  return path.join(folder, asidePrefix + sha256);
}
