import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '@atelier/sdk';
import { keysOf, readStyle, type Style, type StyleFile } from './style.js';

/** A file as it was read, and which version of it. */
interface Read {
  version: string;
  result: StyleFile | Failure;
}

/** Folders with styles, `<id>.json` each, and their previews in `previews/<id>.jpg`. They may change while the server runs. */
export class StyleFolders {
  private readonly known = new Map<string, Read>();
  private reported: readonly string[] = [];

  constructor(private readonly folders: readonly string[]) {}

  /** Why files were left out, in words. */
  get problems(): readonly string[] {
    return this.reported;
  }

  /** All styles by id; of two with one id the first counts. */
  async read(): Promise<Style[]> {
    const styles = new Map<string, Style>();
    const problems: string[] = [];
    for (const folder of this.folders) {
      const previews = new Set(await namesIn(path.join(folder, 'previews')));
      for (const name of await namesIn(folder)) {
        if (!name.endsWith('.json')) continue;
        const result = await this.file(path.join(folder, name), name.slice(0, -'.json'.length));
        if (result instanceof Failure) problems.push(`The style ${name} cannot be used: ${result.message}.`);
        if (result === null || result instanceof Failure || styles.has(result.id)) continue;
        const preview = `${result.id}.jpg`;
        const previewPath = previews.has(preview) ? path.join(folder, 'previews', preview) : null;
        styles.set(result.id, { ...result, keys: keysOf(result), previewPath });
      }
    }
    this.reported = problems;
    return [...styles.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Null when the file has gone meanwhile. */
  private async file(place: string, id: string): Promise<StyleFile | Failure | null> {
    const found = await stat(place).catch(() => null);
    if (found === null || !found.isFile()) return null;
    const version = `${found.size} ${found.mtimeMs} ${found.ino}`;
    const known = this.known.get(place);
    if (known?.version === version) return known.result;
    const content = await readFile(place, 'utf8').catch(() => null);
    if (content === null) return null;
    const result = resultOf(content, id);
    this.known.set(place, { version, result });
    return result;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

function resultOf(content: string, id: string): StyleFile | Failure {
  try {
    return readStyle(content, id);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
