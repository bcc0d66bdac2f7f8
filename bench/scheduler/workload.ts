import type { DeviceState, ModelNeed, WaitingSegment } from '../../src/engine/schedule.js';

export interface Job {
  segment: WaitingSegment;
  /** what it takes in truth; the scheduler knows the mean of its model only */
  runMs: number;
}

export interface Setting {
  devices: number;
  models: number;
  jobs: number;
  seed: number;
  /** share of the devices' time that the run times alone ask for; left out, all jobs are there at the start */
  load?: number;
  callerOf?: (next: () => number) => string;
  /** model sizes spread evenly between 2 and 12 GB instead of by their logarithm */
  evenSizes?: boolean;
}

const ZIPF = 0.9;
const SPREAD = 0.3;

/**
 * Jobs of one model each. Popularity is Zipf 0.9, sizes are 2 to 12 GB, a load takes 0.5 s and 1 s per 1.5 GB, run times are
 * log-normal about a mean of 1 to 5 s per model, arrivals are Poisson. Sizes go by their logarithm: so that first come
 * first served with LRU comes out as in the simulation that the thresholds stem from.
 */
export function workload(setting: Setting): Job[] {
  const next = random(setting.seed);
  const catalogue = Array.from({ length: setting.models }, (_, rank) => {
    const gigabytes = setting.evenSizes ? 2 + 10 * next() : 2 * 6 ** next();
    const need: ModelNeed = {
      id: `model-${rank}`,
      memoryMiB: Math.round(gigabytes * 1024),
      loadMs: 500 + (gigabytes / 1.5) * 1000,
    };
    return { need, meanMs: 1000 + 4000 * next(), share: (rank + 1) ** -ZIPF };
  });
  const shares = sum(catalogue.map(({ share }) => share));
  const meanMs = sum(catalogue.map(({ share, meanMs }) => (share / shares) * meanMs));
  const gapMs = setting.load === undefined ? 0 : meanMs / setting.devices / setting.load;
  let readyAt = 0;
  return Array.from({ length: setting.jobs }, (_, index) => {
    readyAt += -Math.log(1 - next()) * gapMs;
    let pick = next() * shares;
    const model = catalogue.find(({ share }) => (pick -= share) <= 0) ?? catalogue[0]!;
    const runMs = model.meanMs * Math.exp(SPREAD * normal(next) - SPREAD ** 2 / 2);
    const caller = setting.callerOf?.(next) ?? 'everyone';
    return { runMs, segment: segmentOf(`${index}`, caller, model.need, model.meanMs, readyAt) };
  });
}

export function segmentOf(
  id: string,
  caller: string,
  model: ModelNeed,
  estimateMs: number,
  readyAt: number,
): WaitingSegment {
  const common = { id, jobId: id, caller, weight: 1, target: 'accelerator', workingMiB: 0 } as const;
  return { ...common, models: [model], estimateMs, readyAt };
}

export function gpus(count: number, gigabytes = 24): DeviceState[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `cuda:${index}`,
    kind: 'cuda',
    memoryMiB: gigabytes * 1024,
    resident: [],
    running: null,
    servedMsSinceLoad: 0,
    lastLoadMs: 0,
    available: true,
  }));
}

export const gpuCount = (count: number): string => (count === 1 ? '1 GPU' : `${count} GPUs`);

/** Mulberry32: the same numbers on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const normal = (next: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
