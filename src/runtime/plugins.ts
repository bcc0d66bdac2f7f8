import { createRequire } from 'node:module';
import { createJiti, type Jiti } from 'jiti';
import * as sdk from '@atelier/sdk';
import {
  checkPlugin,
  describePlugin,
  Failure,
  type AnyNode,
  type FailureRecord,
  type PluginDefinition,
  type PluginDescription,
  type Ports,
  type PortSpec,
} from '@atelier/sdk';
import type { BuiltinGuard } from './builtins.js';
import { digestFolder, findPluginFolders, type PluginFolder } from './plugin-folders.js';
import { plainJson } from './plain-json.js';
import { messageOf } from './thrown.js';

const require = createRequire(import.meta.url);

/** A plugin as its worker found it. `digest` is the SHA-256 of its files; it is part of its nodes' cache keys. */
export interface LoadedPlugin extends PluginDescription {
  digest: string;
}

export interface PluginShelf {
  plugins: LoadedPlugin[];
  /** One for each plugin that was left out; `details.plugin` names it. */
  problems: FailureRecord[];
  node(type: string, version: number): LoadedNode | undefined;
}

/** A node to be run, with the declarations of its ports. */
export interface LoadedNode {
  definition: AnyNode;
  inputs: Readonly<Record<string, PortSpec>>;
  outputs: Readonly<Record<string, PortSpec>>;
}

export interface LoadOptions {
  /** Compiled TypeScript is kept here. */
  cacheFolder: string;
  guard: BuiltinGuard;
  /** Names of plugins that are left out, as they took the process down before. */
  excluded: readonly string[];
  /** Told the name of a plugin before its module runs. */
  loading(plugin: string): void;
  /** A plugin whose module has not finished loading by then is left out, ms. */
  timeoutMs?: number;
}

/**
 * Finds and loads the plugins in these folders, TypeScript and JavaScript alike. `@atelier/sdk`, `@atelier/onnx` and
 * `@atelier/diffusion` are the host's own in all of them, so a plugin runs without an installation. A plugin that does not load becomes a problem, and the others load.
 */
export async function loadPlugins(folders: readonly string[], options: LoadOptions): Promise<PluginShelf> {
  const jiti = createLoader(options.cacheFolder);
  const definitions = new Map<string, PluginDefinition>();
  const plugins: LoadedPlugin[] = [];
  const problems: FailureRecord[] = [];
  for (const found of await findPluginFolders(folders)) {
    try {
      const definition = await loadPlugin(jiti, found, options);
      if (definitions.has(definition.id)) throw duplicate(definition.id);
      plugins.push({ ...describePlugin(definition), digest: await digestFolder(found.folder) });
      definitions.set(definition.id, definition);
    } catch (error) {
      problems.push(problemOf(found, error));
    }
  }
  const nodes = new Map<string, LoadedNode>();
  for (const { nodes: own } of definitions.values()) {
    for (const definition of own) {
      const { type, version, inputs, outputs } = definition;
      nodes.set(keyOf(type, version), { definition, inputs: specsOf(inputs), outputs: specsOf(outputs) });
    }
  }
  return { plugins, problems, node: (type, version) => nodes.get(keyOf(type, version)) };
}

function keyOf(type: string, version: number): string {
  return `${type}@${version}`;
}

function specsOf(ports: Ports): Record<string, PortSpec> {
  return Object.fromEntries(Object.entries(ports).map(([name, { spec }]) => [name, spec]));
}

function createLoader(cacheFolder: string): Jiti {
  return createJiti(import.meta.url, {
    fsCache: cacheFolder,
    virtualModules: hostModules(),
    alias: { '@atelier/sdk/testing': require.resolve('@atelier/sdk/testing') },
  });
}

/** What plugins share with the host. What only some of them need is loaded when the first one does. */
function hostModules(): Record<string, unknown> {
  return {
    '@atelier/sdk': sdk,
    get '@atelier/onnx'() {
      return require('@atelier/onnx') as unknown;
    },
    get '@atelier/diffusion'() {
      return require('@atelier/diffusion') as unknown;
    },
  };
}

async function loadPlugin(
  jiti: Jiti,
  { name, entry }: PluginFolder,
  { guard, excluded, loading, timeoutMs = 30_000 }: LoadOptions,
): Promise<PluginDefinition> {
  if (excluded.includes(name)) {
    throw new Failure(
      'node-failed',
      `The plugin ${name} is left out: it ended or blocked its worker while it was loaded.`,
    );
  }
  if (entry === null) {
    throw new Failure(
      'node-failed',
      `The plugin ${name} has no module; add an index.ts or name one in its package.json.`,
    );
  }
  loading(name);
  const module = jiti.import<unknown>(entry, { default: true });
  const loaded = await withinTime(module, timeoutMs).finally(() => refuseEdits(name, guard));
  checkPlugin(loaded);
  return loaded;
}

function refuseEdits(name: string, guard: BuiltinGuard): void {
  if (!guard.restore()) return;
  throw new Failure(
    'node-failed',
    `The plugin ${name} changes built-in objects of JavaScript, which all plugins share.`,
  );
}

async function withinTime<Value>(work: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not load within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function duplicate(id: string): Failure {
  return new Failure(
    'node-failed',
    `There is another plugin with the id ${id}; the first one found is used.`,
  );
}

function problemOf({ name }: PluginFolder, error: unknown): FailureRecord {
  const failure = Failure.is(error)
    ? error
    : new Failure('node-failed', `The plugin ${name} does not load: ${messageOf(error)}`);
  return { ...failure.toRecord(), details: { ...plainJson(failure.details), plugin: name } };
}
