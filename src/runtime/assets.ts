import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '@atelier/sdk';
import { sniffBytes, sniffMediaType } from './media-type.js';

/** A blob of the asset store: named by its content, never changed. */
export interface StoredAsset {
  /** 64 hex digits */
  sha256: string;
  bytes: number;
  /** found by looking at the bytes */
  mediaType: string;
}

export interface PutOptions {
  /** More bytes than this are refused with `too-large`. */
  limitBytes?: number;
  /** What the host itself has just encoded; left out, the bytes are looked at. */
  mediaType?: string;
}

export type AssetSource = Uint8Array | AsyncIterable<Uint8Array> | { path: string };

const spaceErrors = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const unfinishedPrefix = '.unfinished-';
const blobName = /^[0-9a-f]{64}$/;

/**
 * The content store on disk, `aa/bb/<sha256>` below one folder. A blob appears whole and synced to the disk, or not at all:
 * it is written beside its place and renamed. Safe for any number of processes on one folder.
 */
export class Assets {
  constructor(private readonly folder: string) {}

  /**
   * Stores bytes. Storing what is there already renews its modification time, which keeps it from being collected.
   * @throws Failure `too-large` beyond `limitBytes`, `storage-full` when the disk is
   */
  async put(source: AssetSource, options: PutOptions = {}): Promise<StoredAsset> {
    const unfinished = path.join(this.folder, unfinishedPrefix + randomUUID());
    try {
      await mkdir(this.folder, { recursive: true });
      const written = await writeUnfinished(unfinished, chunksOf(source), options.limitBytes ?? Infinity);
      const mediaType =
        options.mediaType ?? (await sniffMediaType(written.head, written.head.length === written.bytes));
      await this.keep(unfinished, written.sha256);
      return { sha256: written.sha256, bytes: written.bytes, mediaType };
    } catch (error) {
      throw spaceErrors.has((error as NodeJS.ErrnoException).code ?? '')
        ? new Failure('storage-full', 'There is no space left to store a file; free some and try again.')
        : error;
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  /** @throws Failure `not-found` */
  async read(sha256: string): Promise<Uint8Array> {
    const file = this.placeOf(sha256);
    return readFile(file).catch(refuseMissing);
  }

  /** The bytes from `start` to `end` inclusive, or all. @throws Failure `not-found` */
  async open(sha256: string, range: { start?: number; end?: number } = {}): Promise<ReadStream> {
    return createReadStream(await this.path(sha256), range);
  }

  /** The file that holds the blob; it must not be changed. @throws Failure `not-found` */
  async path(sha256: string): Promise<string> {
    const file = this.placeOf(sha256);
    await stat(file).catch(refuseMissing);
    return file;
  }

  /** A blob that is not there is no error. */
  async remove(sha256: string): Promise<void> {
    await rm(this.placeOf(sha256), { force: true });
  }

  /** Every blob, in no order. `modifiedMs` is when it was last stored, in ms since 1970. */
  async *list(): AsyncGenerator<{ sha256: string; bytes: number; modifiedMs: number }> {
    for (const sha256 of await namesBelow(this.folder, 2)) {
      const found = await stat(this.placeOf(sha256)).catch(() => null);
      if (found !== null) yield { sha256, bytes: found.size, modifiedMs: found.mtimeMs };
    }
  }

  /** Removes what processes that ended in the middle of a `put` have left behind. */
  async removeUnfinished(olderThanMs: number): Promise<void> {
    for (const name of await entriesOf(this.folder)) {
      const file = path.join(this.folder, name);
      const modifiedMs = name.startsWith(unfinishedPrefix)
        ? (await stat(file).catch(() => null))?.mtimeMs
        : undefined;
      if (modifiedMs !== undefined && Date.now() - modifiedMs > olderThanMs) await rm(file, { force: true });
    }
  }

  private placeOf(sha256: string): string {
    if (!blobName.test(sha256)) return refuseMissing();
    return path.join(this.folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  private async keep(unfinished: string, sha256: string): Promise<void> {
    const place = this.placeOf(sha256);
    const now = new Date();
    const existed = await utimes(place, now, now).then(
      () => true,
      () => false,
    );
    if (existed) return;
    const made = await mkdir(path.dirname(place), { recursive: true });
    await rename(unfinished, place);
    await syncFolder(path.dirname(place));
    if (made === undefined) return;
    await syncFolder(path.dirname(path.dirname(place)));
    await syncFolder(this.folder);
  }
}

interface Written {
  sha256: string;
  bytes: number;
  head: Buffer;
}

async function writeUnfinished(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<Written> {
  const hash = createHash('sha256');
  const head: Uint8Array[] = [];
  let bytes = 0;
  const handle = await open(file, 'wx', 0o644);
  try {
    for await (const chunk of chunks) {
      if (bytes < sniffBytes) head.push(chunk.subarray(0, sniffBytes - bytes));
      bytes += chunk.length;
      if (bytes > limitBytes) throw tooLarge(limitBytes);
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest('hex'), bytes, head: Buffer.concat(head) };
}

/** What an upload is told that is larger than it may be. */
export function tooLarge(limitBytes: number): Failure {
  const limit = limitBytes < 1_000_000 ? `${limitBytes} bytes` : `${Math.floor(limitBytes / 1_000_000)} MB`;
  return new Failure('too-large', `The file is larger than the ${limit} that are accepted here.`, {
    limitBytes,
  });
}

async function* chunksOf(source: AssetSource): AsyncIterable<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else if ('path' in source) yield* createReadStream(source.path, { highWaterMark: 1 << 20 });
  else yield* source;
}

async function namesBelow(folder: string, depth: number): Promise<string[]> {
  if (depth === 0) return (await entriesOf(folder)).filter((name) => blobName.test(name));
  const folders = (await entriesOf(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  return (await Promise.all(folders.map((name) => namesBelow(path.join(folder, name), depth - 1)))).flat();
}

async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function refuseMissing(): never {
  throw new Failure('not-found', 'The file is not in the store (any more).');
}
