import { chmodSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { referencePath } from '../reference/pack.js';

/** A copy of a reference model that lacks some of its folders, for the caller to remove. */
export async function copyWithout(model: string, folders: readonly string[]): Promise<string> {
  const source = referencePath('models', model);
  const copy = await mkdtemp(path.join(os.tmpdir(), 'atelier-model-'));
  await cp(source, copy, {
    recursive: true,
    filter: (file) => !folders.includes(path.relative(source, file)),
  });
  // The whole pack may be read-only, and what is copied of it too.
  chmodSync(copy, 0o755);
  return copy;
}
