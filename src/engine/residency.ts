import type { ModelNeed, Target, WaitingSegment } from './fair-queue-line.js';

/** `host` is one of the workers for CPU nodes; the others are accelerators (`cpu` stands in where there is no GPU). */
export type DeviceKind = 'cuda' | 'webgpu' | 'cpu' | 'host';

export interface ResidentModel {
  id: string;
  memoryMiB: number;
  loadMs: number;
  pinned: boolean;
  inUse: boolean;
  usedAt: number;
  /** segments that used it since it was loaded */
  uses: number;
}

/** A device as the server knows it. Times are in ms, on the server's clock. */
export interface DeviceState {
  id: string;
  kind: DeviceKind;
  memoryMiB: number;
  resident: ResidentModel[];
  /** one segment at a time */
  running: { segmentId: string; workingMiB: number; endsAt: number } | null;
  servedMsSinceLoad: number;
  lastLoadMs: number;
  /** false while its worker starts or is drained */
  available: boolean;
}

/** Uses beyond this no longer protect a model, so that one used all morning does not stay all afternoon. */
const COUNTED_USES = 30;

export const targetOf = ({ kind }: DeviceState): Target => (kind === 'host' ? 'host' : 'accelerator');

/** What a device holds, indexed for the many questions of one decision. */
export class Residency {
  readonly isIdle: boolean;
  private readonly held: ReadonlyMap<string, ResidentModel>;
  private readonly pinnedMiB: number;
  /** pinned or in use */
  private readonly boundMiB: number;

  constructor(readonly device: DeviceState) {
    this.isIdle = device.available && !device.running;
    this.held = new Map(device.resident.map((model) => [model.id, model]));
    this.pinnedMiB = totalMiB(device.resident.filter(({ pinned }) => pinned));
    this.boundMiB = totalMiB(device.resident.filter(isBound));
  }

  holds({ models }: WaitingSegment): boolean {
    for (const { id } of models) if (!this.held.has(id)) return false;
    return true;
  }

  missing({ models }: WaitingSegment): ModelNeed[] {
    return models.filter(({ id }) => !this.held.has(id));
  }

  /** ms to load what is missing */
  loadMs(segment: WaitingSegment): number {
    return this.missing(segment).reduce((total, { loadMs }) => total + loadMs, 0);
  }

  /** Whether the segment fits when nothing runs and all is evicted that may be: pinned models stay. */
  fitsEver(segment: WaitingSegment): boolean {
    return this.pinnedMiB + this.ownMiB(segment, ({ pinned }) => pinned) <= this.device.memoryMiB;
  }

  /** Whether it can start at this moment: models in use stay too. */
  fitsNow(segment: WaitingSegment): boolean {
    return this.isIdle && this.boundMiB + this.ownMiB(segment, isBound) <= this.device.memoryMiB;
  }

  /** What the device would lack for the segment if nothing were evicted; negative where there is room. */
  overMiB(segment: WaitingSegment): number {
    const { resident, memoryMiB } = this.device;
    const takenMiB = totalMiB(resident.map((model) => shrunk(model, segment)));
    return takenMiB + totalMiB(this.missing(segment)) + segment.workingMiB - memoryMiB;
  }

  /** Memory of a segment and its models, without those models that are counted already. */
  private ownMiB(segment: WaitingSegment, counted: (model: ResidentModel) => boolean): number {
    let total = segment.workingMiB;
    for (const need of segment.models) {
      const model = this.held.get(need.id);
      if (!model) total += need.memoryMiB;
      else if (!counted(model)) total += shrunk(model, segment).memoryMiB;
    }
    return total;
  }

  /**
   * The models to evict for a segment that `fitsNow`. GreedyDual-Size with frequency (Cherkasova 1998) that knows the
   * queue: what nothing waits for goes first, then what another device holds too; among equals the model whose last
   * use, moved on by what its loads would have cost for the memory it takes, is longest ago.
   * @param wanted models that the queue needs
   */
  toEvict(segment: WaitingSegment, wanted: ReadonlySet<string>, others: Residency[]): string[] {
    const { resident, memoryMiB } = this.device;
    let excess = this.overMiB(segment);
    const demand = ({ id }: ResidentModel): number => {
      if (!wanted.has(id)) return 0;
      return others.some((other) => other !== this && other.held.has(id)) ? 1 : 2;
    };
    const worth = (model: ResidentModel): number =>
      model.usedAt + Math.min(model.uses, COUNTED_USES) * model.loadMs * (memoryMiB / model.memoryMiB);
    const victims = resident
      .filter((model) => !isBound(model) && !segment.models.some(({ id }) => id === model.id))
      .sort((a, b) => demand(a) - demand(b) || worth(a) - worth(b));
    const evicted: ResidentModel[] = [];
    for (const model of victims) {
      if (excess <= 0) break;
      evicted.push(model);
      excess -= model.memoryMiB;
    }
    // A large model that came late may have made the eviction of an earlier one needless.
    const needed = evicted.reverse().filter((model) => {
      if (excess + model.memoryMiB > 0) return true;
      excess += model.memoryMiB;
      return false;
    });
    return needed.map(({ id }) => id);
  }
}

/** The device once a segment was given to it: it loads what is missing and runs for as long as is estimated. */
export function started(
  device: DeviceState,
  segment: WaitingSegment,
  evict: string[],
  now: number,
): DeviceState {
  const holding = new Residency(device);
  const missing = holding.missing(segment);
  const loadMs = holding.loadMs(segment);
  const kept = device.resident
    .filter(({ id }) => !evict.includes(id))
    .map((model) =>
      segment.models.some(({ id }) => id === model.id)
        ? { ...shrunk(model, segment), inUse: true, usedAt: now, uses: model.uses + 1 }
        : model,
    );
  const loaded = missing.map((model) => ({ ...model, pinned: false, inUse: true, usedAt: now, uses: 1 }));
  return {
    ...device,
    resident: [...kept, ...loaded],
    running: {
      segmentId: segment.id,
      workingMiB: segment.workingMiB,
      endsAt: now + loadMs + segment.estimateMs,
    },
    ...(missing.length > 0 && { servedMsSinceLoad: 0, lastLoadMs: loadMs }),
  };
}

/** The device once its segment has ended after `ranMs`, loading not counted. */
export function finished(device: DeviceState, ranMs: number): DeviceState {
  return {
    ...device,
    resident: device.resident.map((model) => ({ ...model, inUse: false })),
    running: null,
    servedMsSinceLoad: device.servedMsSinceLoad + ranMs,
  };
}

/** A model as it is held while the segment runs: one that takes turns with its parts gives the others up. */
function shrunk(model: ResidentModel, { turns, models }: WaitingSegment): ResidentModel {
  const need = turns === true ? models.find(({ id }) => id === model.id) : undefined;
  return need === undefined ? model : { ...model, memoryMiB: Math.min(model.memoryMiB, need.memoryMiB) };
}

const isBound = ({ pinned, inUse }: ResidentModel): boolean => pinned || inUse;

const totalMiB = (models: { memoryMiB: number }[]): number =>
  models.reduce((total, { memoryMiB }) => total + memoryMiB, 0);
