import { setImmediate, setTimeout } from 'node:timers/promises';
import { Failure, type FailureRecord } from '@atelier/sdk';
import { overlap, type Segment, type SegmentNode } from '../engine/segment.js';
import { attemptNode } from './attempt-node.js';
import type { WorkerHost } from './host.js';
import type { FromWorker } from './protocol.js';
import { localNodes, type LocalOutputs } from './resolve-inputs.js';

/** How long code may go on after its node was given up, before the process counts as lost. */
const stragglerGraceMs = 1000;
/** The event loop turns at least this often between nodes, so that a chain of quick ones can be cancelled. */
const breathEveryMs = 5;

type Outcome = Extract<FromWorker, { kind: 'segment-ended' }>['outcome'];

interface Step {
  node: SegmentNode;
  needs: Step[];
  feeds: Step[];
  /** needs that have not ended */
  waitsFor: number;
  /** feeds that have not ended; the outputs are forgotten after the last of them */
  readers: number;
  outputs: Readonly<Record<string, unknown>>;
}

/** Runs the nodes of one segment, each as soon as its inputs are there and `overlap` has room. */
export class SegmentRun implements LocalOutputs {
  private readonly steps = new Map<string, Step>();
  /** The last is taken first: what a node has made is used before more is made. */
  private readonly ready: Step[];
  private readonly controller = new AbortController();
  private readonly stragglers = new Set<Promise<unknown>>();
  private running = 0;
  private outcome: Outcome = 'done';
  private breathedAt = performance.now();
  private finish: () => void = () => undefined;

  constructor(
    private readonly segment: Segment,
    private readonly host: WorkerHost,
  ) {
    for (const node of segment.nodes) {
      this.steps.set(node.id, { node, needs: [], feeds: [], waitsFor: 0, readers: 0, outputs: {} });
    }
    for (const step of this.steps.values()) this.connect(step);
    this.ready = [...this.steps.values()].filter((step) => step.waitsFor === 0).reverse();
  }

  /** Resolves when no node runs any more. `codeEnded`: nor does any code of a node that was given up. */
  async run(): Promise<{ outcome: Outcome; codeEnded: boolean }> {
    await new Promise<void>((resolve) => {
      this.finish = resolve;
      this.advance();
    });
    const codeEnded = await this.stragglersEnd();
    return { outcome: this.outcome, codeEnded };
  }

  /** Nothing new is started, and what runs is aborted. */
  cancel(failure: FailureRecord): void {
    this.stop('cancelled', Failure.fromRecord(failure));
  }

  outputOf(node: string, output: string): unknown {
    return this.steps.get(node)?.outputs[output];
  }

  private connect(step: Step): void {
    for (const id of new Set(
      Object.values(step.node.inputs).flatMap((binding) => [...localNodes(binding)]),
    )) {
      const before = this.steps.get(id);
      if (before === undefined) throw new Failure('internal', `The segment lacks its node ${id}.`);
      before.feeds.push(step);
      step.needs.push(before);
    }
    step.waitsFor = step.needs.length;
    for (const before of step.needs) before.readers++;
  }

  private advance(): void {
    while (this.running < overlap[this.segment.target] && !this.controller.signal.aborted) {
      const step = this.ready.pop();
      if (step === undefined) break;
      this.running++;
      void this.launch(step);
    }
    if (this.running === 0) this.finish();
  }

  private async launch(step: Step): Promise<void> {
    try {
      await this.breathe();
      const { signal } = this.controller;
      const straggles = (work: Promise<unknown>): void => this.watch(work);
      if (!signal.aborted) {
        step.outputs = await attemptNode(
          step.node,
          { segmentId: this.segment.id, jobId: this.segment.jobId, local: this, signal, straggles },
          this.host,
        );
      }
      this.settle(step);
    } catch (error) {
      this.stop('failed', error);
    }
    this.running--;
    this.advance();
  }

  private async breathe(): Promise<void> {
    if (performance.now() - this.breathedAt < breathEveryMs) return;
    await setImmediate();
    this.breathedAt = performance.now();
  }

  private settle(step: Step): void {
    if (step.readers === 0) step.outputs = {};
    for (const before of step.needs) if (--before.readers === 0) before.outputs = {};
    for (const next of step.feeds.toReversed()) if (--next.waitsFor === 0) this.ready.push(next);
  }

  private stop(outcome: Outcome, reason: unknown): void {
    if (this.controller.signal.aborted) return;
    this.outcome = outcome;
    this.controller.abort(reason);
  }

  private watch(work: Promise<unknown>): void {
    const ended = work.catch(() => undefined).finally(() => this.stragglers.delete(ended));
    this.stragglers.add(ended);
  }

  /** Whether given-up code comes to its end. After a cancel the server decides how long to wait for that. */
  private async stragglersEnd(): Promise<boolean> {
    const patience = new AbortController();
    const graceMs = this.outcome === 'cancelled' ? 2 ** 31 - 1 : stragglerGraceMs;
    const late = setTimeout(graceMs, false, { signal: patience.signal }).catch(() => false);
    const ended = Promise.all(this.stragglers).then(() => true);
    return Promise.race([ended, late]).finally(() => patience.abort());
  }
}
