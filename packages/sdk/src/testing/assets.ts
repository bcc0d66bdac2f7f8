import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { NodeAssets } from '../context.js';
import { Failure } from '../failure.js';
import type { FileRef } from '../values.js';
import { mediaTypeOf } from './sniff.js';

/** An asset store in a folder, one file a blob. */
export class FolderAssets implements NodeAssets {
  constructor(
    private readonly folder: string,
    private readonly tempDir: string,
  ) {
    mkdirSync(folder);
  }

  async read(file: FileRef): Promise<Uint8Array> {
    const bytes = await readFile(this.#pathOf(file)).catch(() => undefined);
    if (!bytes) throw new Failure('not-found', `The file ${file.name} is not in the asset store.`);
    return bytes;
  }

  async path(file: FileRef): Promise<string> {
    await this.read(file);
    return this.#pathOf(file);
  }

  async write(content: Uint8Array | { path: string }, name: string): Promise<FileRef> {
    if (basename(name) !== name)
      throw new Failure('invalid-input', `${name} must be a name without a folder.`);
    if ('path' in content && relative(this.tempDir, content.path).startsWith('..')) {
      throw new Failure('invalid-input', 'Only a file in tempDir can be taken over by the asset store.');
    }
    const bytes = 'path' in content ? await readFile(content.path) : content;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const file = { sha256, bytes: bytes.length, mediaType: mediaTypeOf(bytes), name };
    if ('path' in content) await rename(content.path, this.#pathOf(file));
    else await writeFile(this.#pathOf(file), bytes);
    return file;
  }

  /** Names in the folder whose content is not theirs: blobs that were changed and files that were put there by hand. */
  async foreign(): Promise<string[]> {
    const names = await readdir(this.folder);
    const digests = await Promise.all(
      names.map(async (name) =>
        createHash('sha256')
          .update(await readFile(join(this.folder, name)))
          .digest('hex'),
      ),
    );
    return names.filter((name, index) => digests[index] !== name);
  }

  #pathOf({ sha256 }: FileRef): string {
    return join(this.folder, basename(sha256));
  }
}
