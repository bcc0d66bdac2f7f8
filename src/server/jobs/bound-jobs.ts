import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { JobAdvance, JobEvent, JobPreview, JobView, SubmitRequest } from './job-view.js';
import { Jobs } from './jobs.service.js';

/** Someone who waits for a job on an open connection. */
export interface Waiting {
  accepted?(job: JobView): void;
  progress?(advance: JobAdvance): void;
  preview?(preview: JobPreview): void;
}

/** Jobs whose callers wait for the result: such a job lives no longer than the connection that asked for it. */
@Injectable()
export class BoundJobs {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  /**
   * Submits a job and resolves with it once it is completed.
   * @param signal cancels the job; its reason is thrown when it is a Failure
   * @throws Failure as `Jobs.submit`; the job's own when it fails or is cancelled
   */
  async run(
    request: Omit<SubmitRequest, 'bound'>,
    signal: AbortSignal,
    waiting: Waiting = {},
  ): Promise<JobView> {
    refuseDeparted(signal);
    const { accountId } = request;
    const accepted = await this.jobs.submit({ ...request, bound: true });
    waiting.accepted?.(accepted);
    await this.untilEnded(accountId, accepted.id, signal, waiting);
    refuseDeparted(signal);
    const job = await this.jobs.get(accountId, accepted.id);
    if (job.failure !== null) throw Failure.fromRecord(job.failure);
    return job;
  }

  /** Also resolves when the signal has fired and the job is cancelled. */
  private async untilEnded(
    accountId: string,
    jobId: string,
    signal: AbortSignal,
    waiting: Waiting,
  ): Promise<void> {
    let depart = (): void => undefined;
    const departed = new Promise<void>((resolve) => (depart = resolve));
    if (signal.aborted) depart();
    signal.addEventListener('abort', depart);
    let unfollow = (): void => undefined;
    const ended = new Promise<void>((resolve, reject) => {
      const event = ({ type, data }: JobEvent): void => {
        if (type === 'progress' && !signal.aborted) waiting.progress?.(data as unknown as JobAdvance);
      };
      const preview = (picture: JobPreview): void => waiting.preview?.(picture);
      this.jobs
        .follow(accountId, jobId, 0, { event, preview, end: resolve })
        .then((leave) => (unfollow = leave), reject);
    });
    await Promise.race([ended, departed]).finally(() => {
      // A socket outlives many jobs.
      signal.removeEventListener('abort', depart);
      unfollow();
    });
    if (signal.aborted) await this.cancel(accountId, jobId);
  }

  private async cancel(accountId: string, jobId: string): Promise<void> {
    try {
      await this.jobs.cancel(accountId, jobId);
    } catch (error) {
      // It has ended in the meantime.
      if (!Failure.is(error) || error.code !== 'conflict') throw error;
    }
  }
}

function refuseDeparted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw Failure.is(signal.reason) ? signal.reason : new Failure('cancelled', 'The caller has gone.');
}
