import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** The keyword by which a package in a `node_modules` folder is known to be a plugin. */
const pluginKeyword = 'atelier-plugin';

/** A folder that holds a plugin, or should. */
export interface PluginFolder {
  folder: string;
  /** what people call it before its id is known: the package's or the folder's name */
  name: string;
  /** the module to load; null where the package names none that is there */
  entry: string | null;
}

interface PackageFile {
  name?: string;
  main?: string;
  keywords?: unknown;
  exports?: unknown;
}

const indexFiles = ['index.ts', 'index.js', 'index.mjs'];

/**
 * The plugins in these folders: each sub-folder with a `package.json` or an index file; in a folder named `node_modules`
 * each package with the keyword `atelier-plugin`. In the order of the folders, then of the names; folders that are not
 * there are passed over.
 */
export async function findPluginFolders(folders: readonly string[]): Promise<PluginFolder[]> {
  const groups = await Promise.all(
    folders.map((folder) =>
      path.basename(folder) === 'node_modules' ? packagesIn(folder) : pluginsIn(folder),
    ),
  );
  const found = new Map<string, PluginFolder>();
  for (const plugin of groups.flat()) {
    const place = await realpath(plugin.folder);
    if (!found.has(place)) found.set(place, plugin);
  }
  return [...found.values()];
}

/**
 * SHA-256 (hex) of a plugin's own files: names and contents in the order of the names, without `node_modules`, specs and
 * hidden files.
 */
export async function digestFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await filesBelow(folder, '')).sort()) {
    const content = await readFile(path.join(folder, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

async function pluginsIn(folder: string): Promise<PluginFolder[]> {
  const plugins = await Promise.all((await subfolders(folder)).map((sub) => inspect(path.join(folder, sub))));
  return plugins.filter((plugin) => plugin !== null);
}

async function inspect(folder: string): Promise<PluginFolder | null> {
  const manifest = await readPackage(folder);
  const entry = await firstFile(folder, entryNames(manifest));
  if (manifest === null && entry === null) return null;
  return { folder, name: manifest?.name ?? path.basename(folder), entry };
}

async function packagesIn(folder: string): Promise<PluginFolder[]> {
  const names = await subfolders(folder);
  const scoped = names
    .filter((name) => name.startsWith('@'))
    .map(async (scope) => (await subfolders(path.join(folder, scope))).map((name) => path.join(scope, name)));
  const packages = [...names.filter((name) => !name.startsWith('@')), ...(await Promise.all(scoped)).flat()];
  const plugins = await Promise.all(packages.map((name) => inspectPackage(path.join(folder, name))));
  return plugins.filter((plugin) => plugin !== null);
}

async function inspectPackage(folder: string): Promise<PluginFolder | null> {
  const keywords = (await readPackage(folder))?.keywords;
  return Array.isArray(keywords) && keywords.includes(pluginKeyword) ? inspect(folder) : null;
}

/** Null where there is none; a damaged one has no fields. */
async function readPackage(folder: string): Promise<PackageFile | null> {
  const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as PackageFile;
  } catch {
    return {};
  }
}

function entryNames(manifest: PackageFile | null): string[] {
  return [exported(manifest?.exports), manifest?.main, ...indexFiles].filter(
    (name) => typeof name === 'string',
  );
}

/** The file that `exports` names for `.`. */
function exported(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return undefined;
  const table = exports as Record<string, unknown>;
  return exported(table['.'] ?? table['import'] ?? table['default']);
}

async function firstFile(folder: string, names: string[]): Promise<string | null> {
  for (const name of names) {
    const file = path.join(folder, name);
    if (
      await stat(file).then(
        (found) => found.isFile(),
        () => false,
      )
    )
      return file;
  }
  return null;
}

/** Names of the folders and of the links to folders, sorted; hidden ones and dependencies are no plugins. */
async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !isForeign(entry.name))
    .map((entry) => entry.name)
    .sort();
}

async function filesBelow(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, prefix), { withFileTypes: true });
  const own = entries.filter((entry) => !isForeign(entry.name) && !/\.spec\.[cm]?[jt]sx?$/.test(entry.name));
  const names = own.map(async (entry) => {
    const name = prefix + entry.name;
    if (entry.isDirectory()) return filesBelow(folder, `${name}/`);
    return entry.isFile() ? [name] : [];
  });
  return (await Promise.all(names)).flat();
}

function isForeign(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}
