import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { isTerminal } from '../../engine/job-state.js';
import { Assets } from '../assets/assets.service.js';
import { CONFIG } from '../config.token.js';
import { Holds } from '../credits/holds.service.js';
import { Database } from '../database/database.js';
import {
  Idempotency,
  type RepeatableRequest,
  type StoredAnswer,
} from '../idempotency/idempotency.service.js';
import { Projects } from '../projects/projects.service.js';
import { Dispatcher } from './dispatcher.js';
import { JobEta } from './job-eta.js';
import { JobEvents, type JobListener } from './job-events.js';
import { JobRuns } from './job-runs.js';
import { JobStates } from './job-states.js';
import { JobStore, type JobPage } from './job-store.js';
import { viewOf, type JobView, type SubmitRequest } from './job-view.js';
import type { Job } from './job.entity.js';
import { Submissions, type Submission } from './submission.js';

/** Seconds after which a caller who met a full queue should try again. */
const queueRetrySeconds = 30;

/** The jobs of each account. */
@Injectable()
export class Jobs {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Database) private readonly database: Database,
    @Inject(Submissions) private readonly submissions: Submissions,
    @Inject(JobStore) private readonly store: JobStore,
    @Inject(JobRuns) private readonly runs: JobRuns,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(JobEta) private readonly eta: JobEta,
    @Inject(JobStates) private readonly states: JobStates,
    @Inject(JobEvents) private readonly events: JobEvents,
    @Inject(Holds) private readonly holds: Holds,
    @Inject(Assets) private readonly assets: Assets,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
    @Inject(Projects) private readonly projects: Projects,
  ) {}

  /**
   * Accepts a job: once this resolves, the job reaches exactly one end, whatever happens. The same idempotency key gives the job
   * of the first call.
   * @throws Failure `not-found`, `invalid-pipeline`, `invalid-input`, `insufficient-credits`, `insufficient-memory`, `queue-full`,
   * `idempotency-mismatch`
   */
  async submit(request: SubmitRequest, repeatable?: RepeatableRequest): Promise<JobView> {
    const known = repeatable && (await this.idempotency.answerTo(repeatable));
    if (known) return this.answered(request.accountId, known);
    this.refuseWhenFull();
    return this.accept(await this.submissions.prepare(request), repeatable, request.alongside);
  }

  /** @throws Failure `not-found` */
  async get(accountId: string, jobId: string): Promise<JobView> {
    return this.view(await this.store.owned(accountId, jobId));
  }

  /** Newest first. @throws Failure `not-found` for a project, another account's as well */
  async list(accountId: string, page: JobPage): Promise<{ jobs: JobView[]; total: number }> {
    if (page.projectId !== undefined)
      await this.projects.require(this.database.read, accountId, page.projectId);
    const [jobs, total] = await this.store.page(accountId, page);
    return { jobs: await Promise.all(jobs.map((job) => this.view(job))), total };
  }

  /** Ends a job for good; once more changes nothing. @throws Failure `not-found`, `conflict` when it has ended otherwise */
  async cancel(accountId: string, jobId: string): Promise<JobView> {
    const job = await this.store.owned(accountId, jobId);
    if (!isTerminal(job.status))
      await this.runs.stop(jobId, new Failure('cancelled', 'The job was cancelled.'));
    const view = await this.get(accountId, jobId);
    if (view.status !== 'cancelled') {
      throw new Failure('conflict', `The job is ${view.status} already; there is nothing left to cancel.`);
    }
    return view;
  }

  /** Submits a job anew that failed or was cancelled; what its nodes finished is reused. @throws Failure as `submit`, `conflict` */
  async retry(accountId: string, jobId: string): Promise<JobView> {
    const earlier = await this.store.owned(accountId, jobId);
    if (earlier.status !== 'failed' && earlier.status !== 'cancelled') {
      throw new Failure(
        'conflict',
        `The job is ${earlier.status}; only one that failed or was cancelled can be tried again.`,
      );
    }
    this.refuseWhenFull();
    return this.accept(await this.submissions.repeat(earlier));
  }

  /** Replays everything after `lastSeq`, then goes on live. Returns the way to stop. @throws Failure `not-found` */
  async follow(
    accountId: string,
    jobId: string,
    lastSeq: number,
    listener: JobListener,
  ): Promise<() => void> {
    const job = await this.store.owned(accountId, jobId);
    if (isTerminal(job.status)) await this.states.announceEnd(job);
    return this.events.follow(jobId, lastSeq, listener);
  }

  private refuseWhenFull(): void {
    if (this.runs.size >= this.config.queueLimit) throw queueFull();
  }

  private answered(accountId: string, { body }: StoredAnswer): Promise<JobView> {
    return this.get(accountId, (body as { jobId: string }).jobId);
  }

  private async accept(
    { job, drawn, segments, blobs }: Submission,
    repeatable?: RepeatableRequest,
    alongside?: SubmitRequest['alongside'],
  ): Promise<JobView> {
    const begun = await this.database.write(async (manager): Promise<'new' | StoredAnswer> => {
      const begun = repeatable ? await this.idempotency.begin(manager, repeatable) : 'new';
      if (begun !== 'new') return begun;
      if (job.projectId !== null) await this.projects.require(manager, job.accountId, job.projectId);
      await this.holds.hold(manager, job.accountId, job.id, job.credits);
      await this.assets.refer(manager, { kind: 'job', id: job.id }, blobs);
      await this.store.insert(manager, job);
      await alongside?.(manager, job.id);
      if (repeatable)
        await this.idempotency.finish(manager, repeatable, { status: 202, body: { jobId: job.id } });
      return 'new';
    });
    if (begun !== 'new') return this.answered(job.accountId, begun);
    this.events.append(job.id, 'status', { status: 'queued', progress: 0, seeds: drawn });
    this.runs.enqueue(job, segments);
    return this.view(job);
  }

  private async view(stored: Job): Promise<JobView> {
    if (isTerminal(stored.status)) return viewOf(stored, null, null);
    const run = await this.runs.opened(stored.id);
    const job = run?.job ?? stored;
    if (isTerminal(job.status)) return viewOf(job, null, null);
    job.projectId = stored.projectId;
    // One that an earlier server ran and this one has not taken up yet.
    if (run === null && job.startedAt !== null) job.progress = await this.events.lastProgress(job.id);
    const segments = run?.segmentIds ?? this.runs.queuedSegments(job.id);
    const position = job.startedAt === null ? this.dispatcher.positionOf(segments) : null;
    return viewOf(job, position, this.eta.of(job, segments));
  }
}

function queueFull(): Failure {
  return new Failure('queue-full', `The queue is full; try again in ${queueRetrySeconds} s.`, {
    retryAfterSeconds: queueRetrySeconds,
  });
}
