import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '@atelier/sdk';
import type { FileDigests } from './file-digests.js';
import type { Model, ModelFile } from './manifest.js';

/**
 * - `size`: it is longer or shorter than the manifest says
 * - `content`: its bytes are not those that the manifest was made from
 */
export type FileState = 'ok' | 'missing' | 'size' | 'content';

/** Compares a file with what the manifest says of it; what it does not say is not looked at. */
export async function stateOf(
  { folder }: Model,
  { path: name, bytes, sha256 }: ModelFile,
  digestOf: (file: string) => Promise<string>,
): Promise<FileState> {
  const file = path.join(folder, name);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return 'missing';
  if (bytes !== undefined && found.size !== bytes) return 'size';
  return sha256 === undefined || (await digestOf(file)) === sha256 ? 'ok' : 'content';
}

/** @throws Failure `model-invalid` naming the first file that is not as the manifest says */
export async function checkFiles(model: Model, digests: FileDigests): Promise<void> {
  const { id, files } = model.manifest;
  for (const file of files) {
    const state = await stateOf(model, file, (place) => digests.of(place));
    if (state === 'ok') continue;
    const message = `The file ${file.path} of the model ${id} ${sentences[state]}`;
    throw new Failure('model-invalid', message, { model: id, file: file.path });
  }
}

const advice = 'fetch the model again, or, if the change is meant, remove it and add it anew.';
const sentences = {
  missing: `is missing; ${advice}`,
  size: `has another size than its manifest says; ${advice}`,
  content: `is damaged, as its content is not what its manifest says; ${advice}`,
} as const;
