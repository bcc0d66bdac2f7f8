import { Failure, type LoadedModel, type ModelRef, type NodeModels } from '@atelier/sdk';
import type { ModelCatalogue } from '../runtime/models.js';

interface Resident {
  sha256: string;
  parts: Map<string, Promise<LoadedModel<unknown>>>;
  /** of all its parts */
  loadMs: number;
  memoryMiB: number;
}

export interface ResidencyReports {
  /** what a model has taken so far, after each part of it */
  loaded(modelId: string, ms: number, memoryMiB: number): void;
  /** a model's memory was not given back */
  broken(modelId: string, error: unknown): void;
}

/**
 * What this worker has loaded of which models. It stays until the scheduler evicts the model; a model that the scheduler
 * does not know to be here is given up when the segment ends.
 */
export class ResidentModels implements NodeModels {
  private readonly residents = new Map<string, Resident>();
  private readonly placed = new Set<string>();

  constructor(
    private readonly catalogue: ModelCatalogue,
    private readonly reports: ResidencyReports,
  ) {}

  async use<Value>(
    model: ModelRef,
    part: string,
    load: (files: ReturnType<ModelCatalogue['files']>) => Promise<LoadedModel<Value>>,
  ): Promise<Value> {
    const files = this.catalogue.files(model);
    const resident = await this.residentOf(model);
    let loading = resident.parts.get(part);
    if (loading === undefined) {
      loading = this.load(model.id, resident, () => load(files));
      resident.parts.set(part, loading);
      loading.catch(() => resident.parts.delete(part));
    }
    return (await loading).value as Value;
  }

  /** What the scheduler has decided about this worker's memory. */
  async place(models: readonly string[], evictions: readonly string[]): Promise<void> {
    for (const id of evictions) {
      this.placed.delete(id);
      await this.dispose(id);
    }
    for (const id of models) this.placed.add(id);
  }

  async disposeUnplaced(): Promise<void> {
    for (const id of [...this.residents.keys()]) if (!this.placed.has(id)) await this.dispose(id);
  }

  async disposeAll(): Promise<void> {
    this.placed.clear();
    await this.disposeUnplaced();
  }

  private async residentOf({ id, sha256 }: ModelRef): Promise<Resident> {
    const known = this.residents.get(id);
    if (known?.sha256 === sha256) return known;
    if (known !== undefined) await this.dispose(id);
    const made = { sha256, parts: new Map(), loadMs: 0, memoryMiB: 0 };
    this.residents.set(id, made);
    return made;
  }

  private async load(
    id: string,
    resident: Resident,
    load: () => Promise<LoadedModel<unknown>>,
  ): Promise<LoadedModel<unknown>> {
    const startedAt = performance.now();
    const rss = process.memoryUsage.rss();
    const loaded = await load();
    if (typeof (loaded as Partial<LoadedModel<unknown>> | undefined)?.dispose !== 'function') {
      throw new Failure('node-failed', `What was loaded from the model ${id} has no dispose.`, { model: id });
    }
    resident.loadMs += performance.now() - startedAt;
    resident.memoryMiB += Math.max(0, process.memoryUsage.rss() - rss) / 2 ** 20;
    this.reports.loaded(id, Math.round(resident.loadMs), Math.round(resident.memoryMiB));
    return loaded;
  }

  private async dispose(id: string): Promise<void> {
    const parts = this.residents.get(id)?.parts.values() ?? [];
    this.residents.delete(id);
    for (const part of await Promise.allSettled(parts)) {
      if (part.status === 'rejected') continue;
      await disposeOf(part.value).catch((error: unknown) => this.reports.broken(id, error));
    }
  }
}

async function disposeOf(loaded: LoadedModel<unknown>): Promise<void> {
  await loaded.dispose();
}
