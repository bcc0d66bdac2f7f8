import path from 'node:path';
import { componentFolders, foldersBelow, graphAmong } from './component.js';
import { tokenizerFiles, tokenizerFolders } from './model-folder.js';

/** Of the files of a repository, those that a model needs. */
export interface WantedFiles {
  /** configs, tokenizers and the like: small */
  readonly texts: readonly string[];
  /** the graphs; what else each needs is written in it */
  readonly graphs: readonly string[];
}

/**
 * Chooses by name what `inspectModelFolder` would look at if all files were there: of several exports of one graph the same one.
 * @param files relative paths with `/`
 */
export function wantedFiles(files: readonly string[]): WantedFiles {
  const names = new Map<string, string[]>();
  for (const file of files) {
    const folder = path.posix.dirname(file);
    names.set(folder, [...(names.get(folder) ?? []), path.posix.basename(file)]);
  }
  const components = Object.values(componentFolders).map((folders) => graphOf(folders, names));
  const graphs = components.filter((graph) => graph !== null);
  const alone = graphs.length === 0 ? graphOf(['.'], names) : null;
  return { texts: textsAmong(files), graphs: alone === null ? graphs : [alone] };
}

function graphOf(folders: readonly string[], names: ReadonlyMap<string, readonly string[]>): string | null {
  for (const folder of folders) {
    for (const place of [folder, ...foldersBelow(folder).map((below) => path.posix.join(folder, below))]) {
      const name = graphAmong(names.get(place) ?? []);
      if (name !== undefined) return path.posix.join(place, name);
    }
  }
  return null;
}

const configFolders = new Set<string>(['.', 'vae', ...Object.values(componentFolders).flat()]);

function textsAmong(files: readonly string[]): string[] {
  return files.filter((file) => {
    const [folder, name] = [path.posix.dirname(file), path.posix.basename(file)];
    if (file === 'model_index.json' || file === 'scheduler/scheduler_config.json') return true;
    if (tokenizerFolders.includes(folder)) return tokenizerFiles.includes(name);
    return name === 'config.json' && configFolders.has(folder);
  });
}
