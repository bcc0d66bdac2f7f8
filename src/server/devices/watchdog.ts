import type { Beat } from '../../worker/protocol.js';

export interface WatchLimits {
  /** A worker whose beats stop for so long counts as silent, one whose main thread stands still as hanging. */
  silenceMs: number;
  /** Resident memory, MiB: above this a worker is replaced once it is idle, above twice this it is killed. */
  memoryMiB: number;
}

/**
 * Judges a worker by its beats. Time is what the caller says has passed, so that a server that was itself suspended does not
 * take its workers for dead.
 */
export class Watchdog {
  private silentMs = 0;
  private stillMs = 0;
  private tick = -1;
  private rssMiB = 0;
  private overdue = false;

  constructor(private readonly limits: WatchLimits) {}

  beat({ tick, nativeMs, rssMiB }: Beat): void {
    this.silentMs = 0;
    if (tick !== this.tick || nativeMs > 0) this.stillMs = 0;
    this.tick = tick;
    this.overdue = nativeMs < 0;
    this.rssMiB = rssMiB;
  }

  /** Some time has passed. Returns why the worker must be killed, if it must. */
  pass(ms: number): 'silent' | 'hang' | 'memory' | undefined {
    this.silentMs += ms;
    this.stillMs += ms;
    const { silenceMs, memoryMiB } = this.limits;
    if (this.silentMs >= silenceMs) return 'silent';
    if (this.overdue || this.stillMs >= silenceMs) return 'hang';
    return this.rssMiB > 2 * memoryMiB ? 'memory' : undefined;
  }

  /** Whether a worker of this size has grown so much that it should be replaced. */
  isHeavy(rssMiB: number): boolean {
    return rssMiB > this.limits.memoryMiB;
  }
}
