import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, type FailureRecord } from '@atelier/sdk';
import { readManifest, type Model } from './manifest.js';

/** The name of a manifest in the folder of its model. */
export const manifestName = 'model.json';

/** A manifest as it was read, and the version of its file. */
interface Read {
  version: string;
  folder: string;
  result: Model | Failure;
}

/** Folders with models, each in a folder of its own that has a manifest. They may change while the program runs. */
export class ModelFolders {
  private known: ReadonlyMap<string, Read> = new Map();
  private found: Model[] = [];
  private reported: FailureRecord[] = [];

  constructor(private readonly folders: readonly string[]) {}

  /** Of two models with the same id the first counts. */
  get models(): readonly Model[] {
    return this.found;
  }

  /** Manifests that cannot be used; `details.model` names the folder. */
  get problems(): readonly FailureRecord[] {
    return this.reported;
  }

  /**
   * Reads every `<folder>/<name>/model.json` that has come or changed since.
   * @returns whether anything has come, changed or gone
   */
  async read(): Promise<boolean> {
    const before = [...this.known.values()];
    const places = await Promise.all(this.folders.map(modelsIn));
    const answers = await Promise.all(places.flat().map((folder) => this.readIn(folder)));
    const reads = answers.filter((read) => read !== undefined);
    if (reads.length === before.length && reads.every((read, index) => read === before[index])) return false;
    this.known = new Map(reads.map((read) => [read.folder, read]));
    this.judge(reads);
    return true;
  }

  private judge(reads: readonly Read[]): void {
    const models = new Map<string, Model>();
    this.reported = [];
    for (const { folder, result } of reads) {
      if (result instanceof Failure) this.reported.push(problemOf(folder, result.message));
      else if (models.has(result.manifest.id))
        this.reported.push(problemOf(folder, 'Another model has the same id.'));
      else models.set(result.manifest.id, result);
    }
    this.found = [...models.values()];
  }

  private async readIn(folder: string): Promise<Read | undefined> {
    const file = path.join(folder, manifestName);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    const version = `${found.size} ${found.mtimeMs} ${found.ino}`;
    const known = this.known.get(folder);
    if (known?.version === version) return known;
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : { version, folder, result: resultOf(text, folder) };
  }
}

async function modelsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => path.join(folder, name));
}

function resultOf(text: string, folder: string): Model | Failure {
  try {
    return readManifest(text, folder);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function problemOf(folder: string, what: string): FailureRecord {
  const model = path.basename(folder);
  const message = `The manifest of the model ${model} cannot be used: ${what}`;
  return { code: 'model-invalid', message, details: { model } };
}
