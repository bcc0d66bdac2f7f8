import { finished, started } from '../../src/engine/residency.js';
import {
  Utilisation,
  WaitingQueue,
  type Decision,
  type DeviceState,
  type ScheduleInput,
} from '../../src/engine/schedule.js';
import type { Job } from './workload.js';

export type Policy = (input: ScheduleInput) => Decision[];

/** What became of one job. Times in ms since the start. */
export interface Run {
  job: Job;
  deviceId: string;
  /** when its models were there and it ran */
  startedAt: number;
  endedAt: number;
  loadMs: number;
  loads: number;
}

export interface Watcher {
  /** before each decision */
  arrived?: (job: Job, input: ScheduleInput) => void;
  started?: (run: Run) => void;
  ended?: (run: Run) => void;
  /** after each decision, with what still waits */
  decided?: (input: ScheduleInput, untilMs: number) => void;
}

/**
 * Plays jobs on devices with a clock of its own: a policy decides at each arrival and each end, and everything takes as long
 * as its job says. Utilisation is measured as the server does it unless one is given.
 */
export function simulate(
  jobs: Job[],
  initial: DeviceState[],
  policy: Policy,
  { utilisation, ...watch }: Watcher & { utilisation?: number } = {},
): Run[] {
  return new Simulation(jobs, initial, policy, watch, utilisation).play();
}

class Simulation {
  private readonly byId: Map<string, Job>;
  /** the next one last */
  private readonly arrivals: Job[];
  private readonly measured = new Utilisation();
  private readonly waiting = new WaitingQueue();
  private readonly running = new Map<string, Run>();
  private readonly runs: Run[] = [];
  private now = 0;

  constructor(
    jobs: Job[],
    private devices: DeviceState[],
    private readonly policy: Policy,
    private readonly watch: Watcher,
    private readonly utilisation: number | undefined,
  ) {
    this.byId = new Map(jobs.map((job) => [job.segment.id, job]));
    this.arrivals = jobs.toSorted((a, b) => a.segment.readyAt - b.segment.readyAt).reverse();
  }

  play(): Run[] {
    while (this.arrivals.length + this.running.size + this.waiting.size > 0) {
      this.now = this.nextEvent();
      if (this.now === Infinity) throw new Error(`${this.waiting.size} jobs wait for ever.`);
      this.end();
      this.arrive();
      if (this.waiting.size === 0) continue;
      const input = this.input();
      for (const decision of this.policy(input)) this.start(decision);
      this.watch.decided?.(this.input(), this.nextEvent());
    }
    return this.runs;
  }

  private nextEvent(): number {
    let next = this.arrivals.at(-1)?.segment.readyAt ?? Infinity;
    for (const { endedAt } of this.running.values()) next = Math.min(next, endedAt);
    return next;
  }

  private input(): ScheduleInput {
    const { waiting, devices, now } = this;
    const measured = (): number => this.measured.at(waiting.workMs('accelerator'), devices.length, now);
    return { waiting, devices, now, utilisation: this.utilisation ?? measured() };
  }

  private arrive(): void {
    while ((this.arrivals.at(-1)?.segment.readyAt ?? Infinity) <= this.now) {
      const job = this.arrivals.pop()!;
      this.waiting.add(job.segment);
      this.measured.arrived(job.segment.estimateMs, this.devices.length, this.now);
      this.watch.arrived?.(job, this.input());
    }
  }

  private end(): void {
    for (const [deviceId, run] of this.running) {
      if (run.endedAt > this.now) continue;
      this.running.delete(deviceId);
      this.runs.push(run);
      this.change(deviceId, (device) => finished(device, run.job.runMs));
      this.watch.ended?.(run);
    }
  }

  private start({ segmentId, deviceId, load, evict }: Decision): void {
    const job = this.byId.get(segmentId)!;
    const loaded = job.segment.models.filter(({ id }) => load.includes(id));
    const loadMs = loaded.reduce((total, model) => total + model.loadMs, 0);
    const startedAt = this.now + loadMs;
    this.waiting.start(segmentId);
    this.change(deviceId, (device) => started(device, job.segment, evict, this.now));
    const endedAt = startedAt + job.runMs;
    const run = { job, deviceId, startedAt, endedAt, loadMs, loads: load.length };
    this.running.set(deviceId, run);
    this.watch.started?.(run);
  }

  private change(deviceId: string, edit: (device: DeviceState) => DeviceState): void {
    this.devices = this.devices.map((device) => (device.id === deviceId ? edit(device) : device));
  }
}

export const waitMs = ({ startedAt, job }: Run): number => startedAt - job.segment.readyAt;
export const responseMs = ({ endedAt, job }: Run): number => endedAt - job.segment.readyAt;
export const makespanMs = (runs: Run[]): number => Math.max(...runs.map(({ endedAt }) => endedAt));
