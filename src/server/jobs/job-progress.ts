import type { FailureRecord } from '@atelier/sdk';
import type { Binding, GraphNode } from '../../engine/graph.js';
import type { Plan } from '../../engine/plan.js';
import type { Job } from './job.entity.js';
import type { JobEvents } from './job-events.js';
import type { JobAdvance } from './job-view.js';

const eventsEveryMs = 200;
/** An event names no more nodes than this; a job may have thousands on its devices. */
const shownNodes = 16;

/** How far a job is, and what it says about it: node events at once, progress at most five times a second. */
export class JobProgress {
  /** of nodes on a device that the last plan did not count as finished */
  private readonly fractions = new Map<string, number>();
  /** the sum of `fractions`, kept up to date as a job may have 20,000 nodes */
  private inFlight = 0;
  /** of nodes that take their steps from an input of that name, as those of diffusion models do */
  private readonly stepsOf = new Map<string, number>();
  private steps: JobAdvance['steps'];
  private finished = 0;
  private total = 1;
  private timer: NodeJS.Timeout | undefined;
  private reported = -1;

  constructor(
    private readonly job: Job,
    private readonly events: JobEvents,
  ) {}

  /** A new plan says how much there is to do and what of it has been done; `unfinished` nodes are on a device. */
  planned({ possible, finished }: Plan['counts'], unfinished: ReadonlySet<string>): void {
    this.total = Math.max(possible, 1);
    this.finished = finished;
    for (const nodeId of this.fractions.keys()) if (!unfinished.has(nodeId)) this.drop(nodeId);
    this.update();
  }

  started(node: GraphNode, attempt: number): void {
    this.job.message = node.title;
    const steps = givenSteps(node.inputs.steps);
    if (steps !== null) this.stepsOf.set(node.id, steps);
    this.node(node.id, { status: 'started', title: node.title, attempt });
    this.fraction(node.id, 0);
  }

  fraction(nodeId: string, fraction: number, message?: string): void {
    const before = this.fractions.get(nodeId) ?? 0;
    const now = Math.max(fraction, before);
    this.fractions.set(nodeId, now);
    this.inFlight += now - before;
    if (message !== undefined) this.job.message = message;
    const of = this.stepsOf.get(nodeId);
    if (of !== undefined) this.steps = { done: Math.round(now * of), of };
    this.update();
  }

  done(nodeId: string, ms: number): void {
    this.node(nodeId, { status: 'done', ms: Math.round(ms) });
    this.fraction(nodeId, 1);
  }

  cached(nodeId: string): void {
    this.node(nodeId, { status: 'cached' });
  }

  skipped(nodeId: string): void {
    this.node(nodeId, { status: 'skipped' });
  }

  failed(nodeId: string, attempt: number, failure: FailureRecord, final: boolean): void {
    this.node(nodeId, {
      status: final ? 'failed' : 'retrying',
      attempt,
      failure: { ...failure, details: {} },
    });
  }

  /** Its worker went away; it will be started anew. */
  restarted(nodeId: string): void {
    this.drop(nodeId);
    this.node(nodeId, { status: 'interrupted' });
  }

  preview(nodeId: string, data: Uint8Array): void {
    this.events.preview({ jobId: this.job.id, nodeId, mediaType: 'image/webp', data });
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private node(nodeId: string, data: Record<string, unknown>): void {
    this.events.append(this.job.id, 'node', { nodeId, ...data } as never);
  }

  private drop(nodeId: string): void {
    this.inFlight -= this.fractions.get(nodeId) ?? 0;
    this.fractions.delete(nodeId);
  }

  private update(): void {
    const now = Math.min((this.finished + this.inFlight) / this.total, 1);
    this.job.progress = Math.max(this.job.progress, now);
    this.timer ??= setTimeout(() => this.report(), eventsEveryMs).unref();
  }

  private report(): void {
    this.timer = undefined;
    if (this.job.progress === this.reported) return;
    this.reported = this.job.progress;
    const { progress, message } = this.job;
    const advance = { progress, message, nodes: this.running(), ...(this.steps && { steps: this.steps }) };
    this.events.append(this.job.id, 'progress', advance satisfies JobAdvance);
  }

  /** How far the nodes are that are on a device, by id. */
  private running(): Record<string, number> {
    const running = [...this.fractions].filter(([, fraction]) => fraction < 1).slice(0, shownNodes);
    return Object.fromEntries(
      running.map(([nodeId, fraction]) => [nodeId, Math.round(fraction * 1e4) / 1e4]),
    );
  }
}

function givenSteps(binding: Binding | undefined): number | null {
  if (binding?.kind === 'guarded') return givenSteps(binding.value);
  if (binding?.kind === 'first') return givenSteps(binding.options[0]);
  return binding?.kind === 'value' && typeof binding.value === 'number' ? binding.value : null;
}
