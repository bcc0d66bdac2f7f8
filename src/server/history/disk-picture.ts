import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { sniffBytes, sniffMediaType } from '../../runtime/media-type.js';

/** Not a link that was put there since it was looked at; and a pipe shall not keep anyone waiting. */
const carefully = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a picture for reading and makes sure that it is what the path named: a plain file at that very place.
 * @param place a real path: absolute, without links
 * @returns null where there is no picture
 */
export async function openPicture(place: string): Promise<FileHandle | null> {
  const handle = await open(place, carefully).catch(() => null);
  if (handle === null) return null;
  if ((await isAt(handle, place)) && (await isPicture(handle))) return handle;
  await handle.close();
  return null;
}

async function isAt(handle: FileHandle, place: string): Promise<boolean> {
  const opened = await handle.stat();
  const real = await realpath(place).catch(() => null);
  if (!opened.isFile() || real !== place) return false;
  const there = await stat(place);
  return there.ino === opened.ino && there.dev === opened.dev;
}

async function isPicture(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
  const mediaType = await sniffMediaType(buffer.subarray(0, bytesRead), bytesRead < sniffBytes);
  return mediaType.startsWith('image/');
}
