import type { FailureRecord } from '@atelier/sdk';
import type { Segment } from '../../engine/segment.js';
import type { Beat, FromWorker, ToWorker, WorkerSettings } from '../../worker/protocol.js';
import { BackOff } from './back-off.js';
import { PrintedLines } from './printed-lines.js';
import { SegmentWork } from './segment-work.js';
import { Watchdog, type WatchLimits } from './watchdog.js';
import { WorkerChild } from './worker-child.js';

/**
 * - `crash`: the process ended by itself
 * - `silent`: nothing at all was heard of it, as if it had been suspended
 * - `hang`: its main thread did not answer, or a native call took longer than announced
 * - `memory`: it had grown too much
 * - `cancelled`, `timeout`: its segment was to end and did not
 * - `replaced`: code of a node went on after its end, or had damaged the process
 * - `stopped`: the server is ending
 */
export type LossCause =
  'crash' | 'silent' | 'hang' | 'memory' | 'cancelled' | 'timeout' | 'replaced' | 'stopped';

/** A worker process is gone, or about to be, and what it was doing with it. Another one follows unless the cause is `stopped`. */
export interface LostWorker {
  deviceId: string;
  segmentId: string | null;
  /** nodes that had been started and had not ended */
  runningNodeIds: string[];
  cause: LossCause;
  /** It was ended for reasons that say nothing against the nodes it ran. */
  ownKill: boolean;
}

export type WorkerLog = (
  level: 'debug' | 'info' | 'warn',
  message: string,
  fields: Record<string, unknown>,
) => void;

export interface WorkerListener {
  message(message: FromWorker): void;
  lost(lost: LostWorker): void;
  /** The worker waits for a segment. */
  available(): void;
}

export interface WorkerOptions {
  /** the compiled `worker/main.js` */
  workerPath: string;
  /** asked at each start */
  settings(): WorkerSettings;
  deviceId: string;
  limits: WatchLimits;
  log: WorkerLog;
}

export type WorkerState = 'starting' | 'idle' | 'busy' | 'stopped';

interface Death {
  cause: LossCause;
  ownKill: boolean;
}

const leastGraceMs = 1000;
const longestGraceMs = 60_000;

/** The worker of one device: keeps a process running, gives it segments, and ends it when it does not behave. */
export class WorkerProcess {
  private child: WorkerChild | null = null;
  private watchdog: Watchdog;
  private work: SegmentWork | null = null;
  private current: WorkerState = 'stopped';
  /** why the process is being ended, once it is */
  private death: Death | null = null;
  private lossIsKnown = false;
  private readyAt: number | null = null;
  private readonly backOff = new BackOff();
  private readonly timers: { restart?: NodeJS.Timeout; watch?: NodeJS.Timeout; kill?: NodeJS.Timeout } = {};
  private gone: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: WorkerOptions,
    private readonly listener: WorkerListener,
  ) {
    this.watchdog = new Watchdog(options.limits);
  }

  get state(): WorkerState {
    return this.current;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get segmentId(): string | null {
    return this.work?.segment.id ?? null;
  }

  start(): void {
    const { workerPath, settings, deviceId, limits, log } = this.options;
    const printed = new PrintedLines((line) => log('info', line, { deviceId, printed: true }));
    this.current = 'starting';
    this.death = null;
    this.lossIsKnown = false;
    this.readyAt = null;
    this.watchdog = new Watchdog(limits);
    this.gone = new Promise((resolve) => {
      this.child = new WorkerChild(workerPath, {
        message: (message) => this.receive(message),
        beat: (beat) => this.beat(beat),
        printed: (line) => printed.add(line),
        exit: (how) => {
          this.exited(how);
          resolve();
        },
      });
    });
    this.send({ kind: 'start', settings: settings() });
    this.startWatch(limits.silenceMs / 40);
  }

  /** Gives the worker, which must be idle, something to do. */
  run(segment: Segment, loads: string[], evictions: string[]): void {
    this.current = 'busy';
    this.work = new SegmentWork(segment);
    this.send({ kind: 'run', segment, loads, evictions });
  }

  /** Asks the segment to end, and kills the process when it has not after max(1 s, 2 × the longest step seen so far). */
  cancel(failure: FailureRecord): void {
    if (this.work === null || this.timers.kill !== undefined) return;
    this.send({ kind: 'cancel', segmentId: this.work.segment.id, failure });
    const graceMs = Math.min(Math.max(leastGraceMs, 2 * this.work.stepMs), longestGraceMs);
    this.killAfter(graceMs, { cause: failure.code === 'timeout' ? 'timeout' : 'cancelled', ownKill: true });
  }

  send(message: ToWorker): void {
    this.child?.send(message);
  }

  /** Resolves when the process is gone; it is killed when it takes longer than `graceMs`. No other is started. */
  async stop(graceMs: number): Promise<void> {
    clearTimeout(this.timers.restart);
    if (this.current !== 'stopped') {
      this.current = 'stopped';
      this.death ??= { cause: 'stopped', ownKill: true };
      this.send({ kind: 'stop' });
      this.killAfter(graceMs, this.death);
    }
    return this.gone;
  }

  private receive(message: FromWorker): void {
    this.work?.hear(message, performance.now());
    this.listener.message(message);
    if (message.kind === 'ready') this.ready();
    if (message.kind === 'segment-ended') this.segmentEnded(message);
  }

  private ready(): void {
    if (this.current !== 'starting') return;
    this.readyAt = performance.now();
    this.current = 'idle';
    this.listener.available();
  }

  private segmentEnded({ reusable, rssMiB }: Extract<FromWorker, { kind: 'segment-ended' }>): void {
    this.work = null;
    clearTimeout(this.timers.kill);
    this.timers.kill = undefined;
    if (this.current !== 'busy') return;
    if (!reusable) return this.replace('replaced');
    if (this.watchdog.isHeavy(rssMiB)) return this.replace('memory');
    this.current = 'idle';
    this.listener.available();
  }

  /** The process is given up although it does nothing: nobody may give it work while it ends. */
  private replace(cause: LossCause): void {
    this.current = 'starting';
    this.death = { cause, ownKill: true };
    this.lose();
    this.child?.kill();
  }

  private beat(beat: Beat): void {
    this.watchdog.beat(beat);
  }

  private startWatch(everyMs: number): void {
    let lastAt = performance.now();
    this.timers.watch = setInterval(() => {
      const now = performance.now();
      // More than twice the interval means that this process itself was held up.
      const verdict = this.watchdog.pass(Math.min(now - lastAt, 2 * everyMs));
      lastAt = now;
      if (verdict !== undefined) this.kill({ cause: verdict, ownKill: false });
      else if (this.work?.isOverdue(now)) this.kill({ cause: 'hang', ownKill: false });
    }, everyMs);
  }

  private killAfter(graceMs: number, death: Death): void {
    clearTimeout(this.timers.kill);
    this.timers.kill = setTimeout(() => this.kill(death), graceMs);
  }

  private kill(death: Death): void {
    this.death ??= death;
    this.child?.kill();
  }

  private lose(): void {
    if (this.lossIsKnown) return;
    this.lossIsKnown = true;
    const { cause, ownKill } = this.death ?? { cause: 'crash', ownKill: false };
    this.listener.lost({
      deviceId: this.options.deviceId,
      segmentId: this.segmentId,
      runningNodeIds: this.work?.runningNodeIds ?? [],
      cause,
      ownKill,
    });
  }

  private exited(how: string): void {
    const { deviceId } = this.options;
    clearInterval(this.timers.watch);
    clearTimeout(this.timers.kill);
    this.timers.kill = undefined;
    this.child = null;
    const { cause, ownKill } = this.death ?? { cause: 'crash', ownKill: false };
    this.options.log(ownKill ? 'debug' : 'warn', 'A worker has ended', {
      deviceId,
      cause,
      how,
      segmentId: this.segmentId,
    });
    this.lose();
    // A node that takes its worker down is given up after two times; who waits for the worker need not pay for it.
    const isItself = !ownKill && this.work === null;
    this.work = null;
    if (this.current === 'stopped') return;
    this.current = 'starting';
    const livedMs = this.readyAt === null ? 0 : performance.now() - this.readyAt;
    this.timers.restart = setTimeout(() => this.start(), isItself ? this.backOff.after(livedMs) : 0);
  }
}
