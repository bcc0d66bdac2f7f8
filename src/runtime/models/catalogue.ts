import path from 'node:path';
import { Failure, type ModelFacts, type ModelFiles, type ModelRef } from '@atelier/sdk';
import { createSuggest } from '../../engine/suggest.js';
import type { FileDigests } from './file-digests.js';
import { checkFiles } from './file-state.js';
import type { Model } from './manifest.js';

/** A model's files as its manifest lists them; whoever has a device opens them. */
export type ListedFiles = Omit<ModelFiles, 'open'>;

/** The models that are installed, by id. */
export class ModelCatalogue {
  private models: ReadonlyMap<string, Model> = new Map();

  constructor(models: readonly Model[] = []) {
    this.replace(models);
  }

  /** Takes these models in the place of all others. */
  replace(models: readonly Model[]): void {
    this.models = new Map(models.map((model) => [model.manifest.id, model]));
  }

  get byId(): ReadonlyMap<string, Model> {
    return this.models;
  }

  get(id: string): Model | undefined {
    return this.models.get(id);
  }

  list(): Model[] {
    return [...this.models.values()];
  }

  /** @throws Failure `model-missing` with the nearest id */
  require(id: string): Model {
    const model = this.models.get(id);
    if (model !== undefined) return model;
    const meant = createSuggest()(id, this.models.keys());
    const next = meant === '.' ? '; `atelier models list` shows what there is.' : meant;
    throw new Failure('model-missing', `The model ${id.slice(0, 100)} is not installed${next}`, {
      model: id,
    });
  }

  /** @throws Failure `model-missing`, or `model-invalid` when it is not the one that the reference was made for */
  files(reference: ModelRef): ListedFiles {
    return filesOf(this.referred(reference));
  }

  /**
   * The model's files, each of which has the size and content that the manifest says.
   * @throws Failure as `files`, and `model-invalid` naming the first file that is missing or damaged
   */
  async checkedFiles(reference: ModelRef, digests: FileDigests): Promise<ListedFiles> {
    const model = this.referred(reference);
    await checkFiles(model, digests);
    return filesOf(model);
  }

  private referred({ id, sha256 }: ModelRef): Model {
    const model = this.require(id);
    if (model.sha256 === sha256) return model;
    const message = `The model ${id} has been replaced meanwhile; submit the job again.`;
    throw new Failure('model-invalid', message, { model: id });
  }
}

function filesOf(model: Model): ListedFiles {
  const { id, family, files } = model.manifest;
  const names = files.map((file) => file.path);
  return {
    id,
    family,
    facts: factsOf(model),
    folder: model.folder,
    names,
    path: (name) => pathOf(model, name),
  };
}

function factsOf({ manifest }: Model): ModelFacts {
  const { capabilities, defaults, limits, upscale } = manifest;
  return { capabilities, defaults, limits, upscale };
}

function pathOf({ manifest, folder }: Model, name: string): string {
  if (manifest.files.some((file) => file.path === name)) return path.join(folder, name);
  const message = `The manifest of the model ${manifest.id} does not list the file ${name}.`;
  throw new Failure('model-invalid', message, { model: manifest.id, file: name });
}
