import {
  Line,
  type Candidate,
  type Entry,
  type Pending,
  type Target,
  type WaitingSegment,
} from './fair-queue-line.js';

/**
 * Everything that waits for a device. It is indexed so that a decision looks at one segment per need (the same models,
 * memory and excluded devices) and a change costs O(log n) and a memory move.
 */
export class WaitingQueue {
  private readonly entries = new Map<string, Entry>();
  private sequence = 0;

  constructor(private readonly lines: Record<Target, Line> = { accelerator: new Line(), host: new Line() }) {
    for (const { order } of Object.values(lines))
      for (const entry of order.items) this.entries.set(entry.segment.id, entry);
    this.sequence = this.entries.size;
  }

  get size(): number {
    return this.entries.size;
  }

  get(id: string): WaitingSegment | undefined {
    return this.entries.get(id)?.segment;
  }

  /** Run time of all that waits for a target, in ms. */
  workMs(target: Target): number {
    return this.lines[target].workMs;
  }

  /** Does nothing with a segment that waits already. */
  add(segment: WaitingSegment): void {
    if (this.entries.has(segment.id)) return;
    this.entries.set(segment.id, this.lines[segment.target].add(segment, this.sequence++));
  }

  /** Takes out a segment that will not run, at no cost to its caller. Does nothing with one that does not wait. */
  remove(id: string): void {
    const entry = this.take(id);
    if (entry) this.lines[entry.segment.target].remove(entry);
  }

  /** Takes out a segment that starts; its caller is charged the estimate. Does nothing with one that does not wait. */
  start(id: string): void {
    const entry = this.take(id);
    if (entry) this.lines[entry.segment.target].start(entry);
  }

  /** 1 for the first in fair order among those that wait for the same target; undefined for what does not wait. */
  positionOf(id: string): number | undefined {
    const entry = this.entries.get(id);
    return entry && this.lines[entry.segment.target].order.indexOf(entry) + 1;
  }

  /** What waits for a target, in fair order. */
  *inOrder(target: Target): Generator<WaitingSegment> {
    for (const { segment } of this.lines[target].order.items) yield segment;
  }

  /** The first segment of each need in fair order, without what is pending. */
  candidates(target: Target, pending: Pending): Candidate[] {
    return this.lines[target].candidates(pending);
  }

  /** A queue of its own with the first segments of each target in fair order, whose callers have had the same. */
  copy(limit: number): WaitingQueue {
    return new WaitingQueue({
      accelerator: this.lines.accelerator.copy(limit),
      host: this.lines.host.copy(limit),
    });
  }

  private take(id: string): Entry | undefined {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    return entry;
  }
}
