import type { Segment } from '../../engine/segment.js';
import type { FromWorker } from '../../worker/protocol.js';

interface RunningNode {
  startedAt: number;
  heardAt: number;
  timeoutMs: number;
}

/**
 * The worker itself ends a node whose time is up, and then has its outputs to store at most; a node that is there so much longer
 * has blocked it.
 */
const overtimeMs = 30_000;

/** What is known of the segment that a worker has been given. Times in ms, on the server's monotonic clock. */
export class SegmentWork {
  private readonly timeouts: ReadonlyMap<string, number>;
  private readonly running = new Map<string, RunningNode>();
  private longestStepMs = 0;

  constructor(readonly segment: Segment) {
    this.timeouts = new Map(segment.nodes.map(({ id, timeoutMs }) => [id, timeoutMs]));
  }

  hear(message: FromWorker, now: number): void {
    switch (message.kind) {
      case 'node-started':
        this.running.set(message.nodeId, {
          startedAt: now,
          heardAt: now,
          timeoutMs: this.timeouts.get(message.nodeId) ?? Infinity,
        });
        return;
      case 'node-progress': {
        const node = this.running.get(message.nodeId);
        if (node === undefined) return;
        this.longestStepMs = Math.max(this.longestStepMs, now - node.heardAt);
        node.heardAt = now;
        return;
      }
      case 'node-done':
      case 'node-failed':
        this.running.delete(message.nodeId);
    }
  }

  get runningNodeIds(): string[] {
    return [...this.running.keys()];
  }

  /** The longest time that passed between two signs of progress of a node. */
  get stepMs(): number {
    return this.longestStepMs;
  }

  /** A node is there although it should have been ended long ago. */
  isOverdue(now: number): boolean {
    return [...this.running.values()].some(
      ({ startedAt, timeoutMs }) => now > startedAt + timeoutMs + overtimeMs,
    );
  }
}
