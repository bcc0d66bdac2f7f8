import { Pending, QUANTUM_MS, type Candidate, type Target, type WaitingSegment } from './fair-queue-line.js';
import type { WaitingQueue } from './fair-queue.js';
import { Residency, started, targetOf, type DeviceState } from './residency.js';

export { WaitingQueue } from './fair-queue.js';
export { Utilisation } from './schedule-utilisation.js';
export type { ModelNeed, WaitingSegment } from './fair-queue-line.js';
export type { DeviceKind, DeviceState, ResidentModel } from './residency.js';

export interface Decision {
  segmentId: string;
  deviceId: string;
  load: string[];
  evict: string[];
}

export interface ScheduleInput {
  waiting: WaitingQueue;
  devices: DeviceState[];
  /** share of the devices' time that the work asks for, 0 to 1 (see `Utilisation`) */
  utilisation: number;
  now: number;
}

const LEAST_PATIENCE = 2;
const MOST_PATIENCE = 32;
/** From this utilisation on, no patience leaves loads the room they take. */
const SATURATED = 0.93;

/**
 * Everything that can start now. The input is not changed; equal input gives equal decisions.
 *
 * What to run next matters more than what to evict: with an oracle for evictions, first come first served is unstable at
 * 70 % load. So a device goes on with the models it holds, and pays for others as one would buy instead of rent:
 * 1. once it has served `patience` times what its last load cost, it takes the segment that waits longest (`takeTurn`);
 * 2. otherwise segments are taken in fair order, each by a device that holds its models (`serveInOrder`);
 * 3. a device with nothing to do for its models loads others at once. So does, when more is asked than can be
 *    served, one that could only go on for a caller who is a quantum ahead;
 * 4. nothing is loaded that busy devices hold and will have done before two loads' time (`paysOff`).
 */
export function schedule(input: ScheduleInput): Decision[] {
  return [...assign('accelerator', input), ...assign('host', input)];
}

/** Whether a segment can ever run here; pinned models are not evicted for it. */
export function fits(segment: WaitingSegment, devices: DeviceState[]): boolean {
  return devices.some(
    (device) => targetOf(device) === segment.target && new Residency(device).fitsEver(segment),
  );
}

/**
 * How many times its cost a load must have served before the next. In a backlog loads then take 1/(1 + patience) of the
 * time, which has to leave room for the work itself.
 * @param utilisation 0 to 1
 */
export function patience(utilisation: number): number {
  if (utilisation >= 1) return MOST_PATIENCE;
  const balanced = (1.5 * utilisation) / (1 - utilisation);
  return Math.min(Math.max(balanced, LEAST_PATIENCE), MOST_PATIENCE);
}

/** A candidate in the light of the devices. */
interface Contender {
  candidate: Candidate;
  /** devices that may run it and hold its models */
  homes: Residency[];
  /** devices that may start it at once */
  ready: Residency[];
  /** when its wait began; a quantum later if a busy device will serve it, as others have nobody */
  since: number;
}

/** What there is to decide on between two decisions. */
interface Round {
  devices: Residency[];
  /** in fair order */
  contenders: Contender[];
  /** for each device what it could start without loading, in fair order */
  ownWork: Map<Residency, Contender[]>;
  utilisation: number;
  now: number;
}

interface Placement {
  contender: Contender;
  on: Residency;
}

function assign(target: Target, { waiting, devices, utilisation, now }: ScheduleInput): Decision[] {
  const decisions: Decision[] = [];
  const pending = new Pending();
  const state = devices
    .filter((device) => targetOf(device) === target)
    .map((device) => new Residency(device));
  while (state.some(({ isIdle }) => isIdle)) {
    const round = survey(waiting.candidates(target, pending), state, utilisation, now);
    const placement = takeTurn(round) ?? serveInOrder(round);
    if (!placement) break;
    const { contender, on } = placement;
    const { segment } = contender.candidate;
    const evict = on.overMiB(segment) > 0 ? on.toEvict(segment, wantedModels(round), state) : [];
    const load = on.missing(segment).map(({ id }) => id);
    decisions.push({ segmentId: segment.id, deviceId: on.device.id, load, evict });
    pending.take(contender.candidate);
    state[state.indexOf(on)] = new Residency(started(on.device, segment, evict, now));
  }
  return decisions;
}

function survey(candidates: Candidate[], devices: Residency[], utilisation: number, now: number): Round {
  const ownWork = new Map<Residency, Contender[]>(devices.map((device) => [device, []]));
  const contenders = candidates.map((candidate) => {
    const { segment } = candidate;
    const homes: Residency[] = [];
    const ready: Residency[] = [];
    for (const device of devicesFor(segment, devices)) {
      if (device.holds(segment)) homes.push(device);
      if (device.fitsNow(segment)) ready.push(device);
    }
    const isCovered = homes.length > 0 && !homes.some(({ isIdle }) => isIdle);
    const since = segment.readyAt + (isCovered ? QUANTUM_MS : 0);
    return { candidate, homes, ready, since };
  });
  contenders.sort((a, b) => a.candidate.virtualMs - b.candidate.virtualMs || a.since - b.since);
  for (const contender of contenders)
    for (const home of contender.homes)
      if (contender.ready.includes(home)) ownWork.get(home)?.push(contender);
  return { devices, contenders, ownWork, utilisation, now };
}

/** A device that has worked off its last load takes what waits longest, whoever's it is, and loads for it. */
function takeTurn(round: Round): Placement | undefined {
  let free = round.devices.filter(
    ({ isIdle, device }) =>
      isIdle && device.servedMsSinceLoad >= patience(round.utilisation) * device.lastLoadMs,
  );
  if (free.length === 0) return undefined;
  for (const contender of round.contenders.toSorted((a, b) => a.since - b.since)) {
    free = free.filter((on) => !contender.homes.includes(on));
    const on = cheapest(free, round, contender);
    if (on) return { contender, on };
  }
  return undefined;
}

/** In fair order: by a device that holds the models, else by one that has nothing better to do than to load them. */
function serveInOrder(round: Round): Placement | undefined {
  const own = (on: Residency): Contender[] => round.ownWork.get(on) ?? [];
  const isLeft = (contender: Contender, on: Residency): boolean => {
    const [first] = own(on);
    if (!first) return true;
    return (
      round.utilisation >= SATURATED && first.candidate.virtualMs - contender.candidate.virtualMs > QUANTUM_MS
    );
  };
  for (const contender of round.contenders) {
    const { homes, ready } = contender;
    const [home] = ready.filter((on) => homes.includes(on)).sort((a, b) => own(a).length - own(b).length);
    if (home) return { contender, on: home };
    const loader = cheapest(
      ready.filter((on) => isLeft(contender, on)),
      round,
      contender,
    );
    if (loader) return { contender, on: loader };
  }
  return undefined;
}

/** The device that has the least to load, among those on which a load pays off. */
function cheapest(devices: Residency[], round: Round, contender: Contender): Residency | undefined {
  const { segment } = contender.candidate;
  const [best] = devices
    .filter((on) => contender.ready.includes(on) && paysOff(round, contender, on))
    .sort((a, b) => a.loadMs(segment) - b.loadMs(segment));
  return best;
}

/**
 * Whether a load is worth it: not where an idle device holds the models, nor where busy ones do that will have done all
 * that waits with this need in the time of two loads. A device with work of its own asks only whether they will be
 * free by then.
 */
function paysOff({ ownWork, now }: Round, contender: Contender, on: Residency): boolean {
  const { homes, ready } = contender;
  const { segment, workMs } = contender.candidate;
  if (homes.some((home) => ready.includes(home))) return false;
  const ends = homes.flatMap(({ device: { available, running } }) =>
    available && running ? [running.endsAt] : [],
  );
  if (ends.length === 0) return true;
  // What is overdue by some time is taken to need as much again, so that nobody waits for a bad estimate for long.
  const busyMs = ends.reduce((total, endsAt) => total + Math.abs(endsAt - now), 0);
  const behindMs = ownWork.get(on)?.length ? 0 : workMs - segment.estimateMs;
  return (busyMs + behindMs) / ends.length >= LEAST_PATIENCE * on.loadMs(segment);
}

/** The devices that could run a segment some day; those excluded are among them only if there are no others. */
function devicesFor(segment: WaitingSegment, devices: Residency[]): Residency[] {
  const { excludeDevices } = segment;
  const able = devices.filter((device) => device.fitsEver(segment));
  if (!excludeDevices) return able;
  const others = able.filter(({ device }) => !excludeDevices.includes(device.id));
  return others.length > 0 ? others : able;
}

const wantedModels = ({ contenders }: Round): Set<string> =>
  new Set(contenders.flatMap(({ candidate }) => candidate.segment.models.map(({ id }) => id)));
