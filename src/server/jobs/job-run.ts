import { Failure, type FailureRecord } from '@atelier/sdk';
import type { NodeFact } from '../../engine/graph.js';
import type { Plan } from '../../engine/plan.js';
import type { Decision } from '../../engine/schedule.js';
import type { Segment, SegmentNode } from '../../engine/segment.js';
import type { FromWorker } from '../../worker/protocol.js';
import type { LostWorker, Workers } from '../devices/workers.js';
import type { Job } from './job.entity.js';
import { JobProgress } from './job-progress.js';
import type { Dispatcher } from './dispatcher.js';
import type { JobEvents } from './job-events.js';
import type { JobPlanner } from './job-planner.js';
import type { JobStates } from './job-states.js';
import type { JobStore, NodeRecord } from './job-store.js';
import type { NodeCache } from './node-cache.js';

/** What a job's run works with. */
export interface JobRunServices {
  store: JobStore;
  states: JobStates;
  events: JobEvents;
  cache: NodeCache;
  planner: JobPlanner;
  dispatcher: Dispatcher;
  workers: Workers;
  jobTimeoutMs: number;
  /** the run has ended */
  closed(jobId: string): void;
  /** the job cannot go on and has to be ended, although that may not be possible at the moment */
  broke(jobId: string, error: unknown): void;
}

interface Flight {
  segment: Segment;
  nodes: ReadonlyMap<string, SegmentNode>;
  /** nodes that have been started and have not ended */
  running: Set<string>;
  startedAt: number;
}

type SegmentMessage = Extract<FromWorker, { segmentId: string }>;

const crashesUntilPoison = 2;
/** A node that took longer is not run again after a crash. */
const durableMs = 200;
/** setTimeout's own limit */
const longestTimerMs = 2 ** 31 - 1;

/**
 * One job that has been opened: what is known of its nodes, what is on the devices, and what comes next. Everything that happens
 * to it is handled one after the other.
 */
export class JobRun {
  private plan: Plan | null = null;
  private readonly facts: Map<string, NodeFact>;
  private readonly crashes: Map<string, number>;
  private readonly suspects = new Set<string>();
  private readonly fingerprints = new Map<string, string | null>();
  private attempt: number;
  /** segments in the queue; null until the first plan says what they are */
  private readonly waiting: Map<string, Segment | null>;
  private readonly flights = new Map<string, Flight>();
  private readonly progress: JobProgress;
  private turn: Promise<void> = Promise.resolve();
  private opening: Promise<void> | undefined;
  private ended = false;
  private deadline: NodeJS.Timeout | undefined;

  constructor(
    readonly job: Job,
    known: NodeRecord,
    queuedSegments: readonly string[],
    private readonly services: JobRunServices,
  ) {
    this.facts = known.facts;
    this.crashes = known.crashes;
    for (const nodeId of known.crashes.keys()) this.suspects.add(nodeId);
    this.attempt = job.interruptions;
    this.waiting = new Map(queuedSegments.map((id) => [id, null]));
    this.progress = new JobProgress(job, services.events);
  }

  /** ids of the segments that wait or run */
  get segmentIds(): string[] {
    return [...this.waiting.keys(), ...this.flights.keys()];
  }

  /** Plans for the first time: what the cache has is taken, what can start waits for a device. */
  open(): Promise<void> {
    return (this.opening ??= this.next(() => this.advance()));
  }

  /**
   * Gives a segment to its device; false when it is not to be run any more.
   * @throws Failure `unavailable` when the device's worker has just gone; the segment waits on
   */
  async take(segmentId: string, { deviceId, load, evict }: Decision): Promise<boolean> {
    await this.open();
    await this.turn;
    const segment = this.waiting.get(segmentId);
    if (!segment || this.ended) return false;
    this.services.workers.run(deviceId, segment, load, evict);
    this.waiting.delete(segmentId);
    const nodes = new Map(segment.nodes.map((node) => [node.id, node]));
    this.flights.set(segmentId, { segment, nodes, running: new Set(), startedAt: performance.now() });
    void this.next(() => this.begin(load.length > 0));
    return true;
  }

  message(message: SegmentMessage): void {
    void this.next(() => this.handle(message));
  }

  lost(lost: LostWorker): void {
    void this.next(() => this.handleLost(lost));
  }

  /**
   * Ends the job, if it has not ended; the devices are freed as soon as their workers obey.
   * @throws Failure `storage-full` when that cannot be stored; the job goes on
   */
  stop(failure: Failure): Promise<void> {
    const stopped = this.after(() => this.fail(failure.toRecord()));
    this.turn = stopped.catch(() => undefined);
    return stopped;
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.after(step).catch((error: unknown) => this.broke(error));
    return this.turn;
  }

  private after(step: () => Promise<void>): Promise<void> {
    return this.turn.then(async () => {
      if (!this.ended) await step();
    });
  }

  private broke(error: unknown): void {
    this.services.broke(this.job.id, error);
  }

  private async begin(isLoading: boolean): Promise<void> {
    const { states } = this.services;
    await (isLoading ? states.loading(this.job) : states.running(this.job));
    if (this.deadline !== undefined) return;
    const leftMs = this.job.startedAt! + this.services.jobTimeoutMs - Date.now();
    const expire = (): void => {
      this.stop(timedOut(this.services.jobTimeoutMs)).catch((error: unknown) => this.broke(error));
    };
    this.deadline = setTimeout(expire, Math.min(Math.max(leftMs, 0), longestTimerMs)).unref();
  }

  private async handle(message: SegmentMessage): Promise<void> {
    const flight = this.flights.get(message.segmentId);
    if (flight === undefined) return;
    switch (message.kind) {
      case 'node-started':
        flight.running.add(message.nodeId);
        await this.services.states.running(this.job);
        return this.progress.started(this.plan!.graph.nodes[message.nodeId]!, message.attempt);
      case 'node-progress':
        if (message.preview) this.progress.preview(message.nodeId, message.preview);
        return this.progress.fraction(message.nodeId, message.fraction, message.message);
      case 'node-done':
        return this.nodeDone(flight, message);
      case 'node-skipped':
        return this.progress.skipped(message.nodeId);
      case 'node-failed':
        return this.nodeFailed(flight, message);
      case 'segment-ended':
        this.flights.delete(message.segmentId);
        if (message.outcome === 'done')
          this.services.planner.ran(flight.segment, performance.now() - flight.startedAt);
        return this.advance();
    }
  }

  private async nodeDone(
    flight: Flight,
    message: Extract<SegmentMessage, { kind: 'node-done' }>,
  ): Promise<void> {
    const node = flight.nodes.get(message.nodeId)!;
    flight.running.delete(node.id);
    const fact: NodeFact = { status: 'done', outputs: message.outputs, cached: false };
    const outlives = node.exports.length > 0 || (message.durable && message.ms > durableMs);
    if (outlives) await this.services.store.saveFact(this.job.id, node.id, fact, message.assets);
    if (outlives && node.cacheKey !== null) await this.services.cache.keep(node.cacheKey, message.outputs);
    if (outlives || message.durable) this.facts.set(node.id, fact);
    this.progress.done(node.id, message.ms);
  }

  private async nodeFailed(
    flight: Flight,
    message: Extract<SegmentMessage, { kind: 'node-failed' }>,
  ): Promise<void> {
    if (message.final) flight.running.delete(message.nodeId);
    this.progress.failed(message.nodeId, message.attempt, message.failure, message.final);
    if (message.final) await this.recordFailure(message.nodeId, message.failure);
  }

  private async recordFailure(nodeId: string, failure: FailureRecord): Promise<void> {
    const fact: NodeFact = { status: 'failed', failure };
    await this.services.store.saveFact(this.job.id, nodeId, fact, []);
    this.facts.set(nodeId, fact);
    if (this.plan!.graph.nodes[nodeId]?.onError !== 'continue') await this.fail(failure);
  }

  /** A worker went away under this job. The nodes that were running are suspects; a lone one is to blame. */
  private async handleLost({ segmentId, cause, ownKill }: LostWorker): Promise<void> {
    const flight = this.flights.get(segmentId ?? '');
    if (flight === undefined) return;
    this.flights.delete(flight.segment.id);
    this.attempt += 1;
    const suspects = [...flight.running];
    for (const nodeId of suspects) this.progress.restarted(nodeId);
    const culprit = suspects.length === 1 ? suspects[0]! : null;
    if (culprit !== null && cause === 'hang') await this.recordFailure(culprit, hung(culprit).toRecord());
    else if (culprit !== null && cause === 'memory')
      await this.recordFailure(culprit, tooLarge(culprit).toRecord());
    else if (culprit !== null && !ownKill) await this.blame(culprit);
    else for (const nodeId of suspects) this.suspects.add(nodeId);
    if (!this.ended) await this.advance();
  }

  private async blame(nodeId: string): Promise<void> {
    const crashes = (this.crashes.get(nodeId) ?? 0) + 1;
    this.crashes.set(nodeId, crashes);
    this.suspects.add(nodeId);
    if (crashes >= crashesUntilPoison) return this.recordFailure(nodeId, poison(nodeId).toRecord());
    await this.services.store.saveCrash(this.job.id, nodeId, crashes);
  }

  /** Plans again with what is known by now. */
  private async advance(): Promise<void> {
    const flying = [...this.flights.values()].flatMap(({ segment }) => segment.nodes.map(({ id }) => id));
    const busy = new Set(flying);
    const plan = await this.services.planner.plan({
      job: this.job,
      graph: this.plan?.graph ?? this.job.graph,
      facts: this.facts,
      fingerprints: this.fingerprints,
      quarantine: this.suspects,
      busy,
      attempt: this.attempt,
      found: (nodeId, fact) => this.found(nodeId, fact),
    });
    this.plan = plan;
    this.progress.planned(plan.counts, new Set(flying.filter((nodeId) => !this.facts.has(nodeId))));
    if (plan.state === 'failed') return this.fail(plan.failure);
    if (plan.state === 'completed') return this.complete(plan);
    await this.queue(plan.segments);
  }

  private async found(nodeId: string, fact: NodeFact): Promise<void> {
    await this.services.store.saveFact(this.job.id, nodeId, fact, []);
    this.facts.set(nodeId, fact);
    this.progress.cached(nodeId);
  }

  private async queue(segments: Segment[]): Promise<void> {
    const wanted = new Map(segments.map((segment) => [segment.id, segment]));
    for (const id of this.waiting.keys()) {
      if (wanted.has(id)) continue;
      this.waiting.delete(id);
      this.services.dispatcher.withdraw(id);
    }
    const news = segments.filter(({ id }) => !this.waiting.has(id));
    for (const [id, segment] of wanted) this.waiting.set(id, segment);
    const waiting = news.map((segment) => this.services.planner.waiting(this.job, segment));
    const misfit = this.services.dispatcher.misfit(waiting);
    if (misfit !== null) return this.fail(misfit.toRecord());
    for (const segment of waiting) this.services.dispatcher.enqueue(segment);
  }

  private async complete(plan: Extract<Plan, { state: 'completed' }>): Promise<void> {
    await this.services.states.running(this.job);
    await this.services.states.completed(this.job, plan);
    this.end({ code: 'cancelled', message: 'The job has its results already.', details: {} });
  }

  private async fail(failure: FailureRecord): Promise<void> {
    await this.services.states.failed(this.job, failure, this.plan?.warnings ?? []);
    this.end(failure);
  }

  /** @param reason why what still runs is not needed any more */
  private end(reason: FailureRecord): void {
    this.ended = true;
    clearTimeout(this.deadline);
    this.progress.end();
    for (const id of this.waiting.keys()) this.services.dispatcher.withdraw(id);
    for (const id of this.flights.keys()) this.services.workers.cancel(id, reason);
    this.services.closed(this.job.id);
  }
}

function timedOut(limitMs: number): Failure {
  return new Failure(
    'timeout',
    `The job took longer than the ${limitMs / 1000} s it may; split it or raise ATELIER_JOB_TIMEOUT_S.`,
  );
}

function hung(nodeId: string): Failure {
  return new Failure('timeout', `Node "${nodeId}" kept its worker from answering for 10 s and was stopped.`, {
    nodeId,
  });
}

function tooLarge(nodeId: string): Failure {
  return new Failure(
    'out-of-memory',
    `Node "${nodeId}" took more memory than a worker may; give it smaller inputs.`,
    { nodeId },
  );
}

function poison(nodeId: string): Failure {
  return new Failure('poison', `Node "${nodeId}" ended its worker process twice, so it is not tried again.`, {
    nodeId,
  });
}
