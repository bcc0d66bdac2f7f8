import { mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '@atelier/sdk';
import { FileDigests } from '../../runtime/models/file-digests.js';
import { modelIdPattern, readManifest, type ModelFile } from '../../runtime/models/manifest.js';
import { manifestName } from '../../runtime/models/model-folders.js';
import { replaceFile } from '../database/replace-file.js';
import { describeFolder, type FolderDescription } from './describe-folder.js';
import { viewOf, type ModelView } from './model-view.js';
import { Models, type ModelSettings } from './models.service.js';
import { digestFolder, ownModels } from './places.js';

/** Hears how far a command that reads or fetches gigabytes has come. */
export interface ByteProgress {
  /** A file of so many bytes begins, or goes on where so many are done. */
  file(name: string, bytes: number, done?: number): void;
  /** So many bytes of it more are done. */
  read(bytes: number): void;
}

export interface AddRequest {
  folder: string;
  /** left out: the folder's name */
  id?: string;
  /** What nobody can see in the folder. */
  facts?: { name?: string; version?: string; licence?: string };
  /** where a file can be fetched again, by its path in the folder */
  sources?: ReadonlyMap<string, string>;
}

/**
 * Writes a manifest for a model that lies in a folder; its files stay where they are.
 * @throws Failure `invalid-input` for a bad id, `conflict` when it is taken, `model-missing` and `model-invalid` with what is wrong with
 * the folder
 */
export async function addModel(
  config: ModelSettings,
  request: AddRequest,
  progress: ByteProgress,
): Promise<ModelView> {
  const folder = await existingFolder(request.folder);
  const id = request.id ?? idFrom(path.basename(folder));
  if (!modelIdPattern.test(id)) throw badId(id);
  await refuseTaken(config, id, folder);
  const description = await describeFolder(folder);
  const files = await hashed(folder, description, new FileDigests(digestFolder(config)), progress);
  const place = path.join(ownModels(config), id);
  const { sources } = request;
  const manifest = {
    id,
    name: path.basename(folder),
    version: '1',
    ...request.facts,
    ...description,
    ...(folder === (await realpath(place).catch(() => place)) ? {} : { folder }),
    files: files.map((file) => ({ ...file, source: sources?.get(file.path) })),
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await mkdir(place, { recursive: true });
  await replaceFile(path.join(place, manifestName), text);
  return viewOf(readManifest(text, place));
}

/** An id made of a name, which may have capitals and spaces. */
export function idFrom(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 100);
}

async function existingFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new Failure('invalid-input', `There is no folder ${folder}.`);
  if (found.isDirectory()) return realpath(folder);
  throw new Failure(
    'invalid-input',
    `${folder} is a file; put it into a folder of its own and add that folder.`,
  );
}

export function badId(id: string): Failure {
  const message = `“${id}” cannot name a model: use lower-case letters, digits, ., _ and -, and give it with --id.`;
  return new Failure('invalid-input', message);
}

/** The same folder may be added again, after a change. */
export async function refuseTaken(config: ModelSettings, id: string, folder: string): Promise<void> {
  const models = new Models(config);
  await models.refresh();
  const known = models.catalogue.get(id);
  if (known === undefined) return;
  const isOwn = path.dirname(known.place) === ownModels(config);
  if (isOwn && (await realpath(known.folder).catch(() => null)) === folder) return;
  const message = `There is a model ${id} already; choose another name with --id, or remove that one with “atelier models remove ${id}”.`;
  throw new Failure('conflict', message);
}

async function hashed(
  folder: string,
  { files }: FolderDescription,
  digests: FileDigests,
  progress: ByteProgress,
): Promise<ModelFile[]> {
  const known: ModelFile[] = [];
  for (const file of files) {
    progress.file(file.path, file.bytes);
    const place = path.join(folder, file.path);
    const sha256 = await digests.of(place, (bytes) => progress.read(bytes));
    known.push({ ...file, sha256 });
  }
  return known;
}
