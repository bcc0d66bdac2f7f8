import { Sorted } from './fair-queue-sorted.js';

/** A model that a segment needs in device memory. `loadMs` is learnt, or estimated from the size. */
export interface ModelNeed {
  id: string;
  memoryMiB: number;
  loadMs: number;
}

export type Target = 'host' | 'accelerator';

/** A segment whose inputs are there and that waits for a device. Times are in ms, on the server's clock. */
export interface WaitingSegment {
  /** unique */
  id: string;
  jobId: string;
  /** account, the unit of fairness */
  caller: string;
  /** share that the caller's plan buys, above 0 */
  weight: number;
  target: Target;
  models: ModelNeed[];
  /** beyond the weights of the models */
  workingMiB: number;
  /** `models` say what their largest parts take: the whole of them never fits together. */
  turns?: boolean;
  estimateMs: number;
  readyAt: number;
  /** devices not to be tried again, for example because it crashed there */
  excludeDevices?: string[];
}

/** How far callers may be apart before a load is bought for the one who is behind (Goyal et al.: the quantum). */
export const QUANTUM_MS = 15_000;

/** What one caller has had of a target. Virtual time is device time divided by the caller's weight. */
interface Flow {
  /** where its next segment starts */
  virtualMs: number;
  /** where its last waiting segment ends */
  tailMs: number;
  lanes: Map<string, Lane>;
}

/** The segments of one caller with one need, oldest first. */
interface Lane {
  flow: Flow;
  need: Need;
  entries: Sorted<Entry>;
}

/** Everything that needs the same models, memory and devices: where one of it may start, each may. */
interface Need {
  key: string;
  lanes: Sorted<Lane>;
  workMs: number;
}

export interface Entry {
  segment: WaitingSegment;
  sequence: number;
  costMs: number;
  tagMs: number;
  lane: Lane;
}

/** The first segment of a need. */
export interface Candidate {
  segment: WaitingSegment;
  /** what its caller has had: the least goes first */
  virtualMs: number;
  /** all that waits with the same need */
  workMs: number;
  entry: Entry;
}

/** Segments that became ready together are taken longest first (Graham 1969). */
const byAge = (a: Entry, b: Entry): number =>
  a.segment.readyAt - b.segment.readyAt ||
  b.segment.estimateMs - a.segment.estimateMs ||
  a.sequence - b.sequence;

const byTag = (a: Entry, b: Entry): number => a.tagMs - b.tagMs || byAge(a, b);

const byShare = (a: Lane, b: Lane): number =>
  a.flow.virtualMs - b.flow.virtualMs || byAge(a.entries.first as Entry, b.entries.first as Entry);

const byFairness = (a: Candidate, b: Candidate): number =>
  a.virtualMs - b.virtualMs || byAge(a.entry, b.entry);

/** Segments given out while decisions are made, laid over a line that stays as it is. */
export class Pending {
  private readonly taken = new Set<Entry>();
  private readonly lead = new Map<Flow, number>();
  private readonly work = new Map<Need, number>();

  take({ entry }: Candidate): void {
    const { flow, need } = entry.lane;
    this.taken.add(entry);
    this.lead.set(flow, (this.lead.get(flow) ?? 0) + entry.costMs);
    this.work.set(need, (this.work.get(need) ?? 0) + entry.segment.estimateMs);
  }

  first(need: Need): Candidate | undefined {
    const workMs = need.workMs - (this.work.get(need) ?? 0);
    let best: Candidate | undefined;
    for (const { flow, entries } of need.lanes.items) {
      const lead = this.lead.get(flow);
      const entry = entries.items.find((waiting) => !this.taken.has(waiting));
      if (entry) {
        const { segment } = entry;
        const candidate = { segment, virtualMs: flow.virtualMs + (lead ?? 0), workMs, entry };
        if (!best || byFairness(candidate, best) < 0) best = candidate;
      }
      // Lanes stand in order, apart from those whose caller was just given something.
      if (lead === undefined) break;
    }
    return best;
  }
}

/**
 * What waits for one target, by start-time fair queuing (Goyal, Vin and Cheng 1996). The virtual time of the line is the
 * latest start, moved on by what every caller who waits would have had of the service since. Who comes back after a pause
 * begins a quantum before it at most: that much a caller can save up, so that a few jobs now and then need not queue
 * behind a flood.
 */
export class Line {
  readonly order = new Sorted<Entry>(byTag);
  workMs = 0;
  private readonly needs = new Map<string, Need>();
  private readonly flows = new Map<string, Flow>();
  private readonly backlogged = new Set<Flow>();
  private virtualMs = 0;
  private sweepAt = 1000;

  add(segment: WaitingSegment, sequence: number): Entry {
    const lane = this.laneOf(segment);
    const costMs = Math.max(segment.estimateMs, 1) / segment.weight;
    const entry = { segment, sequence, costMs, tagMs: lane.flow.tailMs, lane };
    lane.flow.tailMs += costMs;
    this.order.add(entry);
    this.edit([lane], () => lane.entries.add(entry));
    this.count(entry, 1);
    return entry;
  }

  /** Takes out what will not run. */
  remove(entry: Entry): void {
    const { lane, tagMs, costMs } = entry;
    this.order.delete(entry);
    this.edit([lane], () => lane.entries.delete(entry));
    this.count(entry, -1);
    if (lane.flow.tailMs === tagMs + costMs) lane.flow.tailMs = tagMs;
  }

  /** Takes out what starts, and charges its caller. */
  start(entry: Entry): void {
    const { lane, costMs } = entry;
    const { flow } = lane;
    this.virtualMs = Math.max(this.virtualMs, flow.virtualMs) + costMs / this.backlogged.size;
    this.order.delete(entry);
    this.edit([...flow.lanes.values()], () => {
      lane.entries.delete(entry);
      flow.virtualMs += costMs;
    });
    this.count(entry, -1);
    // Where nobody waits, nobody is kept waiting by what others had.
    if (!this.order.first) this.flows.clear();
  }

  /** The first segment of each need in fair order: by what the caller has had, then by age. */
  candidates(pending: Pending): Candidate[] {
    const first: Candidate[] = [];
    for (const need of this.needs.values()) {
      const candidate = pending.first(need);
      if (candidate) first.push(candidate);
    }
    return first.sort(byFairness);
  }

  /** A line of its own with the first segments of this one, whose callers have had the same. */
  copy(limit: number): Line {
    const line = new Line();
    for (const [caller, { virtualMs }] of this.flows)
      line.flows.set(caller, { virtualMs, tailMs: virtualMs, lanes: new Map() });
    for (const { segment, sequence } of this.order.items.slice(0, limit)) line.add(segment, sequence);
    line.virtualMs = this.virtualMs;
    return line;
  }

  /** Changes lanes. Where a lane stands depends on what it holds; an empty one is forgotten. */
  private edit(lanes: Lane[], change: () => void): void {
    for (const lane of lanes) if (lane.entries.first) lane.need.lanes.delete(lane);
    change();
    for (const lane of lanes) {
      if (lane.entries.first) lane.need.lanes.add(lane);
      else lane.flow.lanes.delete(lane.need.key);
      if (lane.flow.lanes.size === 0) this.backlogged.delete(lane.flow);
      if (!lane.need.lanes.first) this.needs.delete(lane.need.key);
    }
  }

  private count({ segment, lane }: Entry, sign: 1 | -1): void {
    this.workMs += sign * segment.estimateMs;
    lane.need.workMs += sign * segment.estimateMs;
  }

  private laneOf(segment: WaitingSegment): Lane {
    const flow = this.flowOf(segment.caller);
    const key = keyOf(segment);
    const known = flow.lanes.get(key);
    if (known) return known;
    const need = this.needs.get(key) ?? { key, lanes: new Sorted(byShare), workMs: 0 };
    const lane = { flow, need, entries: new Sorted(byAge) };
    this.backlogged.add(flow);
    this.needs.set(key, need);
    flow.lanes.set(key, lane);
    return lane;
  }

  private flowOf(caller: string): Flow {
    if (this.flows.size > this.sweepAt) this.forget();
    const flow = this.flows.get(caller) ?? { virtualMs: 0, tailMs: 0, lanes: new Map() };
    this.flows.set(caller, flow);
    if (flow.lanes.size === 0) flow.tailMs = flow.virtualMs = Math.max(flow.virtualMs, this.earliestMs);
    return flow;
  }

  private get earliestMs(): number {
    return this.virtualMs - QUANTUM_MS;
  }

  /** Drops the callers who would begin there anyway. */
  private forget(): void {
    for (const [caller, { lanes, virtualMs }] of this.flows)
      if (lanes.size === 0 && virtualMs <= this.earliestMs) this.flows.delete(caller);
    this.sweepAt = 2 * this.flows.size + 1000;
  }
}

const keyOf = ({ models, workingMiB, turns, excludeDevices = [] }: WaitingSegment): string =>
  JSON.stringify([models.map(({ id }) => id).sort(), workingMiB, turns, [...excludeDevices].sort()]);
