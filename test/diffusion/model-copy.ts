import { chmod, cp, mkdtemp, readdir } from 'node:fs/promises';
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
  await makeWritable(copy);
  return copy;
}

/** The whole pack may be read-only, and what is copied of it too. */
export async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    await (entry.isDirectory() ? makeWritable(place) : chmod(place, 0o644));
  }
}
