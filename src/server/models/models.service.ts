import type { FailureRecord } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { bestModel, type ModelWish } from '../../engine/model-choice.js';
import { ModelCatalogue } from '../../runtime/models/catalogue.js';
import type { Model } from '../../runtime/models/manifest.js';
import { ModelFolders } from '../../runtime/models/model-folders.js';
import { viewOf, type ModelView } from './model-view.js';
import { modelFolders, type ModelPlaces } from './places.js';

/** What of the configuration says which models there are, and which is chosen. */
export type ModelSettings = ModelPlaces & Pick<Config, 'defaultModel'>;

/** The installed models. They may come, change and go while the server runs. */
export class Models {
  readonly catalogue = new ModelCatalogue();
  private readonly folders: ModelFolders;
  private readonly listeners: ((models: readonly Model[]) => void)[] = [];
  private reading: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly config: ModelSettings) {
    this.folders = new ModelFolders(modelFolders(config));
  }

  /** Manifests that cannot be used. */
  get problems(): readonly FailureRecord[] {
    return this.folders.problems;
  }

  /** `listen` hears of every change. */
  onChange(listen: (models: readonly Model[]) => void): void {
    this.listeners.push(listen);
  }

  /**
   * Looks whether models have come, changed or gone. What was on disk when this was called is known when it resolves: a reading that
   * has begun before may have passed it already, so that callers wait for the next one and share it.
   */
  refresh(): Promise<void> {
    this.next ??= this.reading.then(() => {
      this.next = undefined;
      this.reading = this.read();
      return this.reading;
    });
    return this.next;
  }

  /** Those that are sooner chosen come first. */
  list(): ModelView[] {
    return this.catalogue
      .list()
      .map(viewOf)
      .sort((a, b) => b.priority - a.priority);
  }

  /** @throws Failure `model-missing` with the nearest id */
  get(id: string): ModelView {
    return viewOf(this.catalogue.require(id));
  }

  /** The model for a caller who names none: the configured one if it fits, else the one with the highest priority. */
  bestFor(wish: ModelWish): ModelView | undefined {
    return bestModel(wish, this.list(), this.config.defaultModel);
  }

  private async read(): Promise<void> {
    if (!(await this.folders.read())) return;
    const { models } = this.folders;
    this.catalogue.replace(models);
    for (const listen of this.listeners) listen(models);
  }
}
