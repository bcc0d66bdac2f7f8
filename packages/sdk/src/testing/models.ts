import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { LoadedModel, ModelFacts, ModelFiles, NodeModels } from '../context.js';
import { Failure } from '../failure.js';
import type { OnnxSession, OpenOptions } from '../onnx.js';
import type { ModelRef } from '../values.js';

/** A model that tests run on. */
export interface TestModel {
  family: string;
  /** The folder of its files; they are named by their paths in it. */
  folder: string;
  facts?: Partial<ModelFacts>;
}

/** Models in folders, loaded once and held until the end. */
export class FolderModels implements NodeModels {
  readonly #loaded = new Map<string, Promise<LoadedModel<unknown>>>();
  readonly #sessions: OnnxSession[] = [];

  constructor(private readonly models: Readonly<Record<string, TestModel>>) {}

  /** Throws `model-missing` for an id that the test does not have. */
  ref(id: string): ModelRef {
    if (!Object.hasOwn(this.models, id)) {
      throw new Failure('model-missing', `The test has no model ${id}; name it in the option models.`);
    }
    return { id, sha256: createHash('sha256').update(id).digest('hex') };
  }

  /** The first model of one of these families, or of any. */
  firstOf(families?: readonly string[]): ModelRef | undefined {
    const found = Object.entries(this.models).find(([, { family }]) => families?.includes(family) ?? true);
    return found && this.ref(found[0]);
  }

  async use<Value>(
    model: ModelRef,
    part: string,
    load: (files: ModelFiles) => Promise<LoadedModel<Value>>,
  ): Promise<Value> {
    const key = JSON.stringify([model.id, part]);
    const loading = this.#loaded.get(key) ?? load(this.#filesOf(model));
    this.#loaded.set(key, loading);
    return (await loading).value as Value;
  }

  async dispose(): Promise<void> {
    const loaded = await Promise.allSettled(this.#loaded.values());
    this.#loaded.clear();
    for (const result of loaded) if (result.status === 'fulfilled') await result.value.dispose();
    for (const session of this.#sessions.splice(0)) await session.release();
  }

  #filesOf({ id }: ModelRef): ModelFiles {
    this.ref(id);
    const { family, folder, facts } = this.models[id]!;
    return {
      id,
      family,
      facts: { capabilities: [], defaults: {}, limits: {}, ...facts },
      folder,
      names: namesIn(folder),
      path(name) {
        const path = join(folder, name);
        if (!existsSync(path)) throw new Failure('model-invalid', `The model ${id} has no file ${name}.`);
        return path;
      },
      open: async (name, options) => {
        const session = await openOnCpu(join(folder, name), options);
        this.#sessions.push(session);
        return session;
      },
    };
  }
}

/** What is used of `@atelier/onnx`, which only those need to install whose plugins open graphs. */
interface OnnxPackage {
  openSession(path: string, options: OpenOptions & { providers: readonly ['cpu'] }): Promise<OnnxSession>;
}

/** Tests give the same numbers with and without a graphics card. */
async function openOnCpu(path: string, options: OpenOptions = {}): Promise<OnnxSession> {
  const name = '@atelier/onnx';
  const onnx = await import(name).catch(() => {
    throw new Failure('unavailable', `The plugin opens ONNX graphs; install ${name} to test it.`);
  });
  return (onnx as OnnxPackage).openSession(path, { ...options, providers: ['cpu'] });
}

function namesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
}
