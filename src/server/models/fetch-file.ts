import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '@atelier/sdk';
import type { FileDigests } from '../../runtime/models/file-digests.js';
import type { ByteProgress } from './add-model.js';
import { unreachable, type Hub, type HubFile, type HubRepository } from './hub.js';

/** What one model is fetched from, and where to. */
export interface Fetching {
  hub: Hub;
  repository: HubRepository;
  folder: string;
  digests: FileDigests;
  progress: ByteProgress;
}

/** Tries in a row that bring nothing, until the command gives up. */
const emptyTries = 4;
const pauseMs = 500;
const spaceErrors = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Fetches a file, or the rest of it when an earlier try was cut off, and checks its content. One that is there is kept.
 * @throws Failure `model-invalid` when the content is not what the hub says, `storage-full`, or as `Hub.read`
 */
export async function fetchFile(fetching: Fetching, file: HubFile): Promise<void> {
  const { folder, progress } = fetching;
  const place = path.join(folder, file.path);
  const part = partOf(folder, file);
  if (await isWhole(fetching, file)) return progress.file(file.path, file.bytes, file.bytes);
  await mkdir(path.dirname(place), { recursive: true });
  await fill(part, fetching, file);
  await rename(part, place);
  if (await isWhole(fetching, file)) return;
  await rm(place);
  const message = `${file.path} came with another content than the hub says, so it was deleted; fetch the model again.`;
  throw new Failure('model-invalid', message, { file: file.path });
}

/** What is left to fetch of a file, by its size alone. */
export async function missingBytes(folder: string, file: HubFile): Promise<number> {
  const whole = await sizeOf(path.join(folder, file.path));
  if (whole === file.bytes) return 0;
  return Math.max(0, file.bytes - ((await sizeOf(partOf(folder, file))) ?? 0));
}

/** Another version of the file must not be gone on with. */
function partOf(folder: string, { path: name, digest }: HubFile): string {
  return `${path.join(folder, name)}.part-${digest.hex.slice(0, 12)}`;
}

async function isWhole(
  { folder, digests }: Fetching,
  { path: name, bytes, digest }: HubFile,
): Promise<boolean> {
  const place = path.join(folder, name);
  if ((await sizeOf(place)) !== bytes) return false;
  return digest.hex === (digest.kind === 'sha256' ? await digests.of(place) : await gitDigest(place));
}

/** As Git names a blob. Only small files go by it. */
async function gitDigest(file: string): Promise<string> {
  const content = await readFile(file);
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function fill(part: string, fetching: Fetching, file: HubFile): Promise<void> {
  for (let empty = 0; ;) {
    const from = (await sizeOf(part)) ?? 0;
    if (from === file.bytes && from > 0) return;
    const error = await append(part, from, fetching, file).then(nothing, (cut: unknown) => cut);
    const size = (await sizeOf(part)) ?? 0;
    if (size === file.bytes) return;
    if (Failure.is(error) && error.code !== 'unavailable') throw error;
    // A server that has no ranges has sent it all again.
    if (size > file.bytes) await rm(part);
    empty = size > from && size < file.bytes ? 0 : empty + 1;
    if (empty === emptyTries) throw Failure.is(error) ? error : interrupted(fetching, file, error);
    await delay(pauseMs * 2 ** empty);
  }
}

async function append(
  part: string,
  from: number,
  { hub, repository, progress }: Fetching,
  file: HubFile,
): Promise<void> {
  progress.file(file.path, file.bytes, from);
  const stream = Readable.fromWeb((await hub.read(repository, file, from)) as WebStream<Uint8Array>);
  stream.on('data', (chunk: Uint8Array) => progress.read(chunk.length));
  await pipeline(stream, createWriteStream(part, { flags: 'a' })).catch((error: unknown) => {
    if (!spaceErrors.has((error as NodeJS.ErrnoException | undefined)?.code ?? '')) throw error;
    throw new Failure('storage-full', `There is no space left for ${file.path}; free some and go on.`);
  });
}

function interrupted({ hub }: Fetching, file: HubFile, error: unknown): Failure {
  return unreachable(hub.url, error ?? new Error(`${file.path} always ends too soon`));
}

async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.size;
}

const nothing = (): undefined => undefined;
