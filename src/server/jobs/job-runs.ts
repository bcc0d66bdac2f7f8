import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { PinoLogger } from 'nestjs-pino';
import type { Config } from '../../config.js';
import { isTerminal } from '../../engine/job-state.js';
import type { Decision, WaitingSegment } from '../../engine/schedule.js';
import { CONFIG } from '../config.token.js';
import { Workers } from '../devices/workers.js';
import { Dispatcher } from './dispatcher.js';
import { JobEvents } from './job-events.js';
import { JobPlanner } from './job-planner.js';
import { JobRun, type JobRunServices } from './job-run.js';
import { JobStates } from './job-states.js';
import { JobStore } from './job-store.js';
import { Job } from './job.entity.js';
import { NodeCache } from './node-cache.js';

/** Pause before something is tried again that the store or a worker could not do. */
const retryMs = 1000;

/**
 * The jobs that have not ended. One that waits is only known by its segments in the queue, so that ten thousand cost little; it is
 * opened when a device is about to take one of them.
 */
@Injectable()
export class JobRuns implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly queued = new Map<string, string[]>();
  private readonly open = new Map<string, Promise<JobRun | null>>();
  /** which job a segment on a device belongs to */
  private readonly running = new Map<string, JobRun>();
  /** jobs that are to be ended because they cannot go on */
  private readonly broken = new Set<string>();
  private readonly services: JobRunServices;
  private stopping = false;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(JobStore) private readonly store: JobStore,
    @Inject(JobStates) private readonly states: JobStates,
    @Inject(JobEvents) private readonly events: JobEvents,
    @Inject(NodeCache) cache: NodeCache,
    @Inject(JobPlanner) private readonly planner: JobPlanner,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(Workers) private readonly workers: Workers,
    @Inject(PinoLogger) private readonly log: PinoLogger,
  ) {
    this.services = {
      store,
      states,
      events,
      cache,
      planner,
      dispatcher,
      workers,
      jobTimeoutMs: config.jobTimeoutMs,
      closed: (jobId) => this.close(jobId),
      broke: (jobId, error) => this.broke(jobId, error),
    };
  }

  /** Jobs that wait or run. */
  get size(): number {
    return this.queued.size + this.open.size;
  }

  onApplicationBootstrap(): void {
    this.dispatcher.start((segment, decision) => this.take(segment, decision));
    this.workers.on('message', (_deviceId, message) => {
      if (!('segmentId' in message)) return;
      this.running.get(message.segmentId)?.message(message);
      if (message.kind === 'segment-ended') this.running.delete(message.segmentId);
    });
    this.workers.on('lost', (lost) => {
      if (lost.segmentId === null || this.stopping) return;
      this.running.get(lost.segmentId)?.lost(lost);
      this.running.delete(lost.segmentId);
    });
    void this.recover().catch((error: unknown) =>
      this.log.fatal({ err: error }, 'jobs of the last run could not be taken up'),
    );
  }

  /** Before the workers are stopped: what that interrupts is for the next start. */
  onModuleDestroy(): void {
    this.stopping = true;
    this.dispatcher.stop();
  }

  /** Puts a job that is stored into the queue. */
  enqueue(job: Job, segments: WaitingSegment[]): void {
    this.queued.set(
      job.id,
      segments.map((segment) => segment.id),
    );
    for (const segment of segments) this.dispatcher.enqueue(segment);
    if (segments.length === 0) this.openNow(job.id).catch((error: unknown) => this.broke(job.id, error));
  }

  /** The run of a job that has been opened. */
  async opened(jobId: string): Promise<JobRun | null> {
    return (await this.open.get(jobId)) ?? null;
  }

  /** Ids of the segments with which a job waits that has not been opened. */
  queuedSegments(jobId: string): readonly string[] {
    return this.queued.get(jobId) ?? [];
  }

  /** Ends a job that waits or runs, for good. @throws Failure `storage-full` */
  async stop(jobId: string, failure: Failure): Promise<void> {
    const run = await this.openJob(jobId);
    if (run !== null) await run.stop(failure);
  }

  private async take(segment: WaitingSegment, decision: Decision): Promise<boolean> {
    if (this.stopping) return false;
    try {
      const run = await this.openJob(segment.jobId);
      if (run === null || !(await run.take(segment.id, decision))) return false;
      this.running.set(segment.id, run);
      return true;
    } catch (error) {
      // The worker may have gone just now, or the disk be full: the segment waits on.
      this.log.warn({ jobId: segment.jobId, err: error }, 'a segment could not be started yet');
      setTimeout(() => this.dispatcher.enqueue(segment), retryMs).unref();
      return false;
    }
  }

  private openJob(jobId: string): Promise<JobRun | null> {
    const known = this.open.get(jobId);
    if (known !== undefined) return known;
    const segments = this.queued.get(jobId) ?? [];
    const opening = this.load(jobId, segments).catch((error: unknown) => {
      this.open.delete(jobId);
      this.queued.set(jobId, segments);
      throw error;
    });
    this.queued.delete(jobId);
    this.open.set(jobId, opening);
    return opening;
  }

  private async load(jobId: string, queuedSegments: string[]): Promise<JobRun | null> {
    const job = await this.store.find(jobId);
    if (job === null || isTerminal(job.status)) {
      this.open.delete(jobId);
      return null;
    }
    await this.events.resume(jobId);
    if (job.startedAt !== null) job.progress = await this.events.lastProgress(jobId);
    await this.states.requeued(job);
    return new JobRun(job, await this.store.nodes(jobId), queuedSegments, this.services);
  }

  private close(jobId: string): void {
    this.open.delete(jobId);
  }

  /** Ends a job that cannot go on, as soon as that can be stored. What a server that is stopping cannot do is for the next one. */
  private broke(jobId: string, error: unknown): void {
    if (this.stopping || this.broken.has(jobId)) return;
    this.log.error({ jobId, err: error }, 'a job cannot go on');
    this.broken.add(jobId);
    setTimeout(() => {
      this.broken.delete(jobId);
      this.stop(jobId, failureOf(error)).catch((again: unknown) => this.broke(jobId, again));
    }, retryMs).unref();
  }

  /** Takes up what an earlier server left, oldest first, while requests are answered. */
  private async recover(): Promise<void> {
    for (const jobId of await this.store.unended()) {
      // What the database answers comes in the same turn, and ten thousand jobs would be one long one.
      await nextTurn();
      if (this.stopping) return;
      await this.takeUp(jobId).catch((error: unknown) => this.broke(jobId, error));
    }
  }

  private async takeUp(jobId: string): Promise<void> {
    const job = await this.store.find(jobId);
    if (job === null || isTerminal(job.status) || this.queued.has(jobId) || this.open.has(jobId)) return;
    if (job.bound) return this.stop(jobId, abandoned());
    if (job.status !== 'queued') return this.openNow(jobId);
    const segments = this.planner.firstSegments(job);
    const misfit = this.dispatcher.misfit(segments);
    if (misfit !== null) throw misfit;
    this.enqueue(job, segments);
  }

  private async openNow(jobId: string): Promise<void> {
    await (await this.openJob(jobId))?.open();
  }
}

function abandoned(): Failure {
  return new Failure('cancelled', 'The server ended while its caller waited for the job; submit it again.');
}

function failureOf(error: unknown): Failure {
  if (Failure.is(error)) return error;
  return new Failure('internal', 'The job could not go on because of an error inside Atelier; try it again.');
}
