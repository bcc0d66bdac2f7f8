import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { forecast, type Expectation } from '../../engine/eta.js';
import {
  fits,
  schedule,
  WaitingQueue,
  type Decision,
  type DeviceState,
  type ScheduleInput,
  type WaitingSegment,
} from '../../engine/schedule.js';
import { Utilisation } from '../../engine/schedule-utilisation.js';
import { Workers } from '../devices/workers.js';
import { DeviceBoard } from './device-board.js';
import { busyDevices, decisionSeconds, waitingSegments, workersLost } from './job-metrics.js';

/** Playing ten thousand segments forward takes milliseconds, so it is not done for every question. */
const forecastEveryMs = 500;

/** Brings a chosen segment to its device; false when it is not to be run after all. */
export type SegmentStarter = (segment: WaitingSegment, decision: Decision) => Promise<boolean>;

/**
 * Holds what waits and what the devices do, asks the scheduling policy at every change and carries out its decisions.
 */
@Injectable()
export class Dispatcher {
  private readonly waiting = new WaitingQueue();
  private readonly board = new DeviceBoard();
  private readonly utilisation = new Utilisation();
  private accelerators = 0;
  private starter: SegmentStarter = () => Promise.resolve(false);
  private forecasted: { at: number; expected: ReadonlyMap<string, Expectation>; lastEndsAt: number | null } =
    {
      at: -Infinity,
      expected: new Map(),
      lastEndsAt: null,
    };
  private woken = false;
  private stopped = false;

  constructor(@Inject(Workers) private readonly workers: Workers) {}

  start(starter: SegmentStarter): void {
    this.starter = starter;
    for (const device of this.workers.devices) this.board.add(device);
    this.accelerators = this.workers.devices.filter(({ kind }) => kind !== 'host').length;
    this.workers.on('message', (deviceId, message) => {
      if (message.kind === 'model-loaded') this.board.loaded(deviceId, message.modelId, message);
      if (message.kind === 'segment-ended') this.release(deviceId);
    });
    this.workers.on('lost', ({ deviceId, cause }) => {
      workersLost.inc({ cause });
      this.board.lost(deviceId, performance.now());
    });
    this.workers.on('available', (deviceId) => {
      this.board.available(deviceId);
      this.wake();
    });
  }

  /** Nothing is started any more; what waits stays in the database. */
  stop(): void {
    this.stopped = true;
  }

  /** What every device holds and does. */
  devices(): DeviceState[] {
    return this.board.states();
  }

  /** Why one of these segments could not run here even if nothing else did; null when all could. */
  misfit(segments: readonly WaitingSegment[]): Failure | null {
    if (segments.every((segment) => fits(segment, this.board.states()))) return null;
    const message = 'No device here has the memory that this job needs; choose a smaller model or picture.';
    return new Failure('insufficient-memory', message);
  }

  enqueue(segment: WaitingSegment): void {
    if (segment.target === 'accelerator') {
      this.utilisation.arrived(segment.estimateMs, this.accelerators, performance.now());
    }
    this.waiting.add(segment);
    this.wake();
  }

  withdraw(segmentId: string): void {
    this.waiting.remove(segmentId);
  }

  /** Of the first of these segments: 1 = next; null when none of them waits. */
  positionOf(segmentIds: readonly string[]): number | null {
    const positions = segmentIds
      .map((id) => this.waiting.positionOf(id))
      .filter((position) => position !== undefined);
    return positions.length === 0 ? null : Math.min(...positions);
  }

  /** Until a segment that waits or runs should end, in ms; null when there is no telling. */
  msUntilEndOf(segmentId: string): number | null {
    const now = performance.now();
    const running = this.board.states().find((device) => device.running?.segmentId === segmentId)?.running;
    const endsAt =
      running?.endsAt ?? this.expectations(now).get(segmentId)?.endsAt ?? this.expectedEnd(segmentId);
    return endsAt === null ? null : Math.max(endsAt - now, 0);
  }

  /** The last that was played forward comes first; what has been enqueued since is taken to come after all of that. */
  private expectedEnd(segmentId: string): number | null {
    const segment = this.waiting.get(segmentId);
    if (segment === undefined || this.forecasted.lastEndsAt === null) return null;
    return this.forecasted.lastEndsAt + segment.estimateMs;
  }

  private expectations(now: number): ReadonlyMap<string, Expectation> {
    if (now < this.forecasted.at + forecastEveryMs) return this.forecasted.expected;
    const expected = forecast(this.situation(now));
    const lastEndsAt =
      expected.size === 0 ? null : Math.max(...[...expected.values()].map(({ endsAt }) => endsAt));
    this.forecasted = { at: now, expected, lastEndsAt };
    return expected;
  }

  private situation(now: number): ScheduleInput {
    return {
      waiting: this.waiting,
      devices: this.board.states(),
      utilisation: this.utilisation.at(this.waiting.workMs('accelerator'), this.accelerators, now),
      now,
    };
  }

  private release(deviceId: string): void {
    this.board.end(deviceId, performance.now());
    this.wake();
  }

  private wake(): void {
    if (this.woken || this.stopped) return;
    this.woken = true;
    setImmediate(() => {
      this.woken = false;
      this.decide();
    });
  }

  private decide(): void {
    if (this.stopped) return;
    const now = performance.now();
    const decisions = schedule(this.situation(now));
    decisionSeconds.observe((performance.now() - now) / 1000);
    for (const decision of decisions) void this.carryOut(decision, now);
    this.report();
  }

  private report(): void {
    waitingSegments.set(this.waiting.size);
    for (const { id, running } of this.board.states())
      busyDevices.set({ device: id }, running === null ? 0 : 1);
  }

  private async carryOut(decision: Decision, now: number): Promise<void> {
    const segment = this.waiting.get(decision.segmentId)!;
    this.waiting.start(segment.id);
    this.board.start(decision, segment, now);
    const started = await this.starter(segment, decision);
    if (!started && this.board.isOn(decision.deviceId, segment.id)) this.release(decision.deviceId);
  }
}
