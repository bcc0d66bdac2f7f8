import { randomUUID } from 'node:crypto';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '@atelier/sdk';

const spaceErrors = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const unplacedPrefix = '.unfinished-';
/** Another server may be writing to the same folder. */
const abandonedMs = 3_600_000;

/**
 * Writes bytes into a folder, safe on the disk, under a name that shows that they are to get another.
 * @returns that name
 * @throws Failure `storage-full`, `unavailable` when the folder cannot be written
 */
export async function writeUnplaced(folder: string, bytes: Uint8Array): Promise<string> {
  const unplaced = `${unplacedPrefix}${randomUUID()}.jpg`;
  const file = path.join(folder, unplaced);
  try {
    const handle = await open(file, 'wx', 0o644);
    await handle
      .writeFile(bytes)
      .then(() => handle.sync())
      .finally(() => handle.close());
    return unplaced;
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined);
    throw storageFailure(error);
  }
}

/**
 * Gives a picture its name; once more, after it may have been cut short, changes nothing.
 * @returns false when the name is taken: the folder may hold somebody's own pictures, and nothing is ever replaced
 * @throws Failure as `writeUnplaced`
 */
export async function place(folder: string, unplaced: string, fileName: string): Promise<boolean> {
  const from = path.join(folder, unplaced);
  const to = path.join(folder, fileName);
  try {
    if ((await sizeOf(from)) === null) return true;
    if (!(await reserve(to))) return false;
    await rename(from, to);
    return true;
  } catch (error) {
    throw storageFailure(error);
  }
}

/** `image_7.jpg`, or `image_7_1.jpg` and so on where that is taken. */
export function nameOf(id: number, attempt: number): string {
  return attempt === 0 ? `image_${id}.jpg` : `image_${id}_${attempt}.jpg`;
}

/** Removes what a server that ended in the midst of writing has left in the folder. */
export async function removeUnplaced(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(unplacedPrefix)) continue;
    const file = path.join(folder, name);
    const { mtimeMs } = await lstat(file);
    if (Date.now() - mtimeMs > abandonedMs) await rm(file, { force: true });
  }
}

/** An error of the file system as callers may see it, without the path. */
export function storageFailure(error: unknown): Failure {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (spaceErrors.has(code)) {
    return new Failure('storage-full', 'There is no space left in the folder for pictures; free some.');
  }
  const message = `The folder for pictures cannot be used${code === '' ? '' : ` (${code})`}; check storagePath.`;
  return new Failure('unavailable', message, { kind: 'storage' }, { cause: error });
}

/** Makes an empty file of the name. A link of that name counts as taken; an empty file is what an earlier attempt has left. */
async function reserve(file: string): Promise<boolean> {
  try {
    await (await open(file, 'wx', 0o644)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await sizeOf(file)) === 0;
  }
}

/** Null where there is no file. */
async function sizeOf(file: string): Promise<number | null> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  return found?.isFile() ? found.size : null;
}
