import { finished, started, targetOf, type DeviceState } from './residency.js';
import { schedule, type ScheduleInput } from './schedule.js';

export { LoadTimes, RunTimes } from './eta-learning.js';

/** When a segment is expected to run, its models being loaded, and to end: ms on the clock of `now`. */
export interface Expectation {
  startsAt: number;
  endsAt: number;
}

/**
 * Plays the queue forward with `schedule` itself, as if nothing more arrived and every estimate were right.
 * What stands further back than `depth` in fair order is taken to be worked off evenly by the devices. What no available
 * device can run gets no expectation.
 * @param depth segments per target to play one by one; 128 take a few ms
 */
export function forecast(input: ScheduleInput, depth = 128): Map<string, Expectation> {
  const expected = new Map<string, Expectation>();
  const waiting = input.waiting.copy(depth);
  const devices = new Map(input.devices.map((device) => [device.id, device]));
  let { now } = input;
  for (;;) {
    for (const decision of schedule({ ...input, waiting, devices: [...devices.values()], now })) {
      const segment = waiting.get(decision.segmentId)!;
      const device = started(devices.get(decision.deviceId)!, segment, decision.evict, now);
      const { endsAt } = device.running!;
      devices.set(device.id, device);
      waiting.start(segment.id);
      expected.set(segment.id, { startsAt: endsAt - segment.estimateMs, endsAt });
    }
    const next = waiting.size > 0 ? firstToEnd(devices.values()) : undefined;
    if (!next) break;
    const { segmentId, endsAt } = next.running!;
    const ranMs = input.waiting.get(segmentId)?.estimateMs ?? Math.max(endsAt - now, 0);
    now = Math.max(now, endsAt);
    devices.set(next.id, finished(next, ranMs));
  }
  addTail(expected, input, depth);
  return expected;
}

function firstToEnd(devices: Iterable<DeviceState>): DeviceState | undefined {
  let first: DeviceState | undefined;
  for (const device of devices)
    if (device.running && device.running.endsAt < (first?.running?.endsAt ?? Infinity)) first = device;
  return first;
}

function addTail(
  expected: Map<string, Expectation>,
  { waiting, devices }: ScheduleInput,
  depth: number,
): void {
  for (const target of ['accelerator', 'host'] as const) {
    const workers = devices.filter((device) => device.available && targetOf(device) === target).length;
    let playedUntil = -Infinity;
    let workMs = 0;
    let place = 0;
    for (const { id, estimateMs } of waiting.inOrder(target)) {
      place += 1;
      if (place <= depth) playedUntil = Math.max(playedUntil, expected.get(id)?.endsAt ?? -Infinity);
      if (place <= depth || playedUntil === -Infinity) continue;
      const startsAt = playedUntil + workMs / workers;
      expected.set(id, { startsAt, endsAt: startsAt + estimateMs });
      workMs += estimateMs;
    }
  }
}

/** Whether a prediction was made while the job waited or once it ran: they err differently. */
export type EtaStage = 'queued' | 'running';

const HISTORY = 200;
const LEAST_HISTORY = 20;
/** until there is history */
const ASSUMED_WORST = 2;

/**
 * Turns a prediction into what half and nine tenths of the jobs keep to, by how actual and predicted times compared lately
 * (split conformal prediction: Papadopoulos et al. 2002; a sliding window follows a load that changes). This takes up all
 * that a forecast cannot know: later arrivals, first of all. Long waits err otherwise than short ones, so
 * predictions are compared with those of about the same length.
 */
export class EtaCalibration {
  private readonly ratios = new Map<string, number[]>();

  /** Call this when a job has ended, with what was predicted for it. */
  observe(stage: EtaStage, predictedMs: number, actualMs: number): void {
    for (const key of [stage, bucketOf(stage, predictedMs)]) {
      const recent = this.ratios.get(key) ?? [];
      recent.push(actualMs / Math.max(predictedMs, 1));
      if (recent.length > HISTORY) recent.shift();
      this.ratios.set(key, recent);
    }
  }

  /** The time that the job will keep to with a probability of 0.5 and of 0.9. */
  range(stage: EtaStage, predictedMs: number): { p50Ms: number; p90Ms: number } {
    const own = this.ratios.get(bucketOf(stage, predictedMs)) ?? [];
    const all = this.ratios.get(stage) ?? [];
    const known = [own, all].find(({ length }) => length >= LEAST_HISTORY);
    if (!known) return { p50Ms: predictedMs, p90Ms: ASSUMED_WORST * predictedMs };
    const sorted = known.toSorted((a, b) => a - b);
    const ratioAt = (share: number): number =>
      sorted[Math.min(Math.ceil((sorted.length + 1) * share), sorted.length) - 1]!;
    return { p50Ms: predictedMs * ratioAt(0.5), p90Ms: predictedMs * ratioAt(0.9) };
  }
}

const bucketOf = (stage: EtaStage, predictedMs: number): string =>
  `${stage} ${Math.floor(Math.log2(Math.max(predictedMs, 1)))}`;
