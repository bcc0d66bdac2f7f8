import { Inject, Injectable } from '@nestjs/common';
import type { FailureRecord } from '@atelier/sdk';
import { PinoLogger } from 'nestjs-pino';
import type { EntityManager } from 'typeorm';
import { move, type JobStatus, type TerminalStatus } from '../../engine/job-state.js';
import type { Plan } from '../../engine/plan.js';
import { Holds } from '../credits/holds.service.js';
import { Database } from '../database/database.js';
import { JobAnnouncers } from './announcers.js';
import { JobEta } from './job-eta.js';
import { JobEvents } from './job-events.js';
import { jobsEnded, jobSeconds } from './job-metrics.js';
import { JobOutputs } from './job-outputs.js';
import { PictureStamps } from './picture-stamps.js';
import { Assets } from '../assets/assets.service.js';
import { JobStore } from './job-store.js';
import type { JobWarning } from './job-output.js';
import { Job } from './job.entity.js';

type Ending = Pick<Job, 'outputs' | 'failure' | 'warnings'>;

/** The one place where a job changes its status: the row first, its credits in the same transaction, then the event. */
@Injectable()
export class JobStates {
  private readonly announcing = new Map<string, Promise<void>>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(JobStore) private readonly store: JobStore,
    @Inject(JobEvents) private readonly events: JobEvents,
    @Inject(PictureStamps) private readonly stamps: PictureStamps,
    @Inject(JobOutputs) private readonly outputs: JobOutputs,
    @Inject(Assets) private readonly assets: Assets,
    @Inject(Holds) private readonly holds: Holds,
    @Inject(JobEta) private readonly eta: JobEta,
    @Inject(JobAnnouncers) private readonly announcers: JobAnnouncers,
    @Inject(PinoLogger) private readonly log: PinoLogger,
  ) {}

  /** A device has been found; its worker gets what it needs. */
  async loading(job: Job): Promise<void> {
    if (job.status !== 'queued') return;
    await this.change(job, 'loading', { startedAt: job.startedAt ?? Date.now() });
  }

  async running(job: Job): Promise<void> {
    if (job.status === 'running') return;
    await this.change(job, 'running', { startedAt: job.startedAt ?? Date.now() });
  }

  /** A server that ended left the job behind; it waits again, with everything that is durable. */
  async requeued(job: Job): Promise<void> {
    if (job.status === 'queued') return;
    if (job.status !== 'interrupted')
      await this.change(job, 'interrupted', { interruptions: job.interruptions + 1 });
    await this.change(job, 'queued', {});
  }

  async completed(job: Job, plan: Extract<Plan, { state: 'completed' }>): Promise<void> {
    await this.running(job);
    const stamped = await this.stamps.stamp(job, plan);
    await this.end(job, 'completed', async (manager, projectId) => {
      await this.holds.settle(manager, job.id);
      await this.assets.record(manager, stamped.assets);
      const made = { ...plan, outputs: stamped.outputs };
      const outputs = await this.outputs.claim(manager, { ...job, projectId }, made);
      return { outputs, failure: null, warnings: plan.warnings };
    });
  }

  /** @param failure `cancelled` makes the job cancelled, anything else failed */
  async failed(job: Job, failure: FailureRecord, warnings: JobWarning[]): Promise<void> {
    await this.end(job, failure.code === 'cancelled' ? 'cancelled' : 'failed', async (manager) => {
      await this.holds.release(manager, job.id);
      return { outputs: null, failure, warnings };
    });
  }

  /** Adds the end to the history of a job that has ended without it: the journal was lost, or its last lines were. */
  announceEnd(job: Job): Promise<void> {
    const known = this.announcing.get(job.id);
    if (known !== undefined) return known;
    const added = this.addEnd(job).finally(() => this.announcing.delete(job.id));
    this.announcing.set(job.id, added);
    return added;
  }

  private async addEnd(job: Job): Promise<void> {
    if (!(await this.events.lacksEnd(job.id))) return;
    await this.events.resume(job.id);
    this.announce(job);
    await this.events.close(job.id);
  }

  private async change(job: Job, status: JobStatus, more: Partial<Job>): Promise<void> {
    const change = { ...more, status: move(job.status, status) };
    await this.database.write((manager) => this.store.change(manager, job, change));
    Object.assign(job, change);
    this.announce(job);
  }

  private async end(
    job: Job,
    status: TerminalStatus,
    settle: (manager: EntityManager, projectId: string | null) => Promise<Ending>,
  ): Promise<void> {
    const ended = {
      status: move(job.status, status),
      endedAt: Date.now(),
      progress: status === 'completed' ? 1 : job.progress,
      message: job.message,
    };
    const change = await this.database.write(async (manager) => {
      // Its project may have been deleted since the job was loaded.
      const projectId = await this.store.projectOf(manager, job.id);
      const change = { ...ended, projectId, ...(await settle(manager, projectId)) };
      await this.store.change(manager, job, change);
      await this.store.forgetNodes(manager, job.id);
      await this.announcers.announce(manager, { ...job, ...change });
      return change;
    });
    Object.assign(job, change);
    this.announce(job);
    this.eta.ended(job);
    jobsEnded.inc({ status });
    jobSeconds.observe({ status }, (job.endedAt! - job.createdAt) / 1000);
    // Not waited for: a full disk may hold up the history, but not the devices that the job gives back.
    void this.events.close(job.id);
  }

  private announce(job: Job): void {
    this.log.info(
      { jobId: job.id, pipeline: job.pipelineId, failure: job.failure ?? undefined },
      `job ${job.status}`,
    );
    this.events.append(job.id, 'status', {
      status: job.status,
      progress: job.progress,
      ...(job.failure === null ? {} : { error: { code: job.failure.code, message: job.failure.message } }),
    });
  }
}
