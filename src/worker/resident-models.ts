import type { LoadedModel, ModelFiles, ModelRef, NodeModels } from '@atelier/sdk';
import type { ListedFiles, ModelCatalogue } from '../runtime/models/catalogue.js';
import type { FileDigests } from '../runtime/models/file-digests.js';
import type { Sessions } from '../runtime/onnx.js';
import { loadPart, type LoadedPart, type LoadPart } from './load-part.js';

interface Part {
  loading: Promise<LoadedPart>;
  memoryMiB: number;
}

interface Resident {
  sha256: string;
  parts: Map<string, Part>;
  /** of all its parts */
  totalMs: number;
  /** of those that were loaded since the last report */
  ms: number;
  /** the most that parts which were there together have taken */
  memoryMiB: number;
}

export interface ResidencyTools {
  catalogue: ModelCatalogue;
  digests: FileDigests;
  sessions: Sessions;
  /** What this process uses of its device's memory, MiB; always 0 where that cannot be measured, and what is declared counts. */
  usedMiB(): number;
}

export interface ResidencyReports {
  /** what was loaded of a model */
  loaded(report: { modelId: string; ms: number; totalMs: number; memoryMiB: number }): void;
  /** a model's memory was not given back */
  broken(modelId: string, error: unknown): void;
}

/**
 * What this worker has loaded of which models. It stays until the scheduler evicts the model; a model that the scheduler
 * does not know to be here is given up when the segment ends.
 */
export class ResidentModels {
  private readonly residents = new Map<string, Resident>();
  private readonly placed = new Set<string>();
  private turns = false;

  constructor(
    private readonly tools: ResidencyTools,
    private readonly reports: ResidencyReports,
  ) {}

  /** Models for the run of one node. Where parts take turns, what it does not use leaves before something is loaded for it. */
  forNode(): NodeModels {
    const used = new Set<Part>();
    return { use: (model, part, load) => this.use(model, part, load, used) };
  }

  /**
   * What the scheduler has decided about this worker's memory.
   * @param turns the models are not to be here whole
   */
  async place(models: readonly string[], evictions: readonly string[], turns: boolean): Promise<void> {
    this.turns = turns;
    for (const id of turns ? [...evictions, ...models] : evictions) {
      this.placed.delete(id);
      await this.dispose(id);
    }
    for (const id of models) this.placed.add(id);
  }

  /** Tells what was loaded since the last time. */
  reportLoads(): void {
    for (const [modelId, resident] of this.residents) {
      const { ms, totalMs, memoryMiB } = resident;
      if (ms === 0) continue;
      const rounded = { ms: Math.round(ms), totalMs: Math.round(totalMs), memoryMiB: Math.round(memoryMiB) };
      this.reports.loaded({ modelId, ...rounded });
      resident.ms = 0;
    }
  }

  async disposeUnplaced(): Promise<void> {
    for (const id of [...this.residents.keys()]) if (!this.placed.has(id)) await this.dispose(id);
  }

  async disposeAll(): Promise<void> {
    this.placed.clear();
    await this.disposeUnplaced();
  }

  private async use<Value>(
    model: ModelRef,
    name: string,
    load: (files: ModelFiles) => Promise<LoadedModel<Value>>,
    used: Set<Part>,
  ): Promise<Value> {
    this.tools.catalogue.files(model);
    const resident = await this.residentOf(model);
    if (this.turns && !resident.parts.has(name)) await this.disposeUnused(used);
    const part = resident.parts.get(name) ?? this.begin(resident, model, name, load);
    used.add(part);
    return (await part.loading).value as Value;
  }

  private begin(resident: Resident, model: ModelRef, name: string, load: LoadPart): Part {
    const { catalogue, digests } = this.tools;
    const files = catalogue.checkedFiles(model, digests);
    const part: Part = {
      memoryMiB: 0,
      loading: files.then((checked) => this.load(resident, part, checked, load)),
    };
    resident.parts.set(name, part);
    part.loading.catch(() => resident.parts.delete(name));
    return part;
  }

  private async load(
    resident: Resident,
    part: Part,
    files: ListedFiles,
    load: LoadPart,
  ): Promise<LoadedPart> {
    const startedAt = performance.now();
    const usedMiB = this.tools.usedMiB();
    const loaded = await loadPart(files, load, this.tools.sessions);
    const ms = performance.now() - startedAt;
    resident.ms += ms;
    resident.totalMs += ms;
    part.memoryMiB = Math.max(0, this.tools.usedMiB() - usedMiB);
    const together = [...resident.parts.values()].reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
    resident.memoryMiB = Math.max(resident.memoryMiB, together);
    return loaded;
  }

  private async residentOf({ id, sha256 }: ModelRef): Promise<Resident> {
    const known = this.residents.get(id);
    if (known?.sha256 === sha256) return known;
    if (known !== undefined) await this.dispose(id);
    const made = { sha256, parts: new Map(), totalMs: 0, ms: 0, memoryMiB: 0 };
    this.residents.set(id, made);
    return made;
  }

  private async disposeUnused(used: ReadonlySet<Part>): Promise<void> {
    for (const [id, { parts }] of this.residents) {
      for (const [name, part] of parts) {
        if (used.has(part)) continue;
        parts.delete(name);
        await this.release(id, part);
      }
    }
  }

  private async dispose(id: string): Promise<void> {
    const parts = this.residents.get(id)?.parts.values() ?? [];
    this.residents.delete(id);
    for (const part of parts) await this.release(id, part);
  }

  private async release(id: string, { loading }: Part): Promise<void> {
    const part = await loading.catch(() => null);
    await part?.dispose().catch((error: unknown) => this.reports.broken(id, error));
  }
}
