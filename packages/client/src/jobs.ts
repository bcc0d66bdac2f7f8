import { JobFailedError } from './errors.js';
import type { Job, JobProgress, JobResult } from './job.js';
import type { JobNews } from './job-news.js';
import type { Page, PageOf, RequestOptions } from './options.js';
import { route, type Transport } from './transport.js';

interface JobQuery extends Page {
  status?: 'queued' | 'loading' | 'running' | 'interrupted' | 'completed' | 'failed' | 'cancelled';
  project_id?: string;
}

export interface WaitOptions extends RequestOptions {
  /** After it the wait rejects with a `TimeoutError`; the job goes on. Left out: none */
  timeoutMs?: number;
  onProgress?(progress: JobProgress): void;
}

type Sent<Body> = Body extends unknown ? Omit<Body, 'id'> & { job_id: string } : never;

export class Jobs {
  constructor(
    private readonly transport: Transport,
    private readonly news: JobNews,
  ) {}

  async get(id: string, { signal }: RequestOptions = {}): Promise<Job> {
    return withId(await this.transport.get<Sent<Job>>(route`/jobs/${id}`, { signal })) as Job;
  }

  async list(query: JobQuery = {}, { signal }: RequestOptions = {}): Promise<PageOf<'jobs', Job>> {
    const page = await this.transport.get<PageOf<'jobs', Sent<Job>>>('/jobs', {
      query: { ...query },
      signal,
    });
    return { ...page, jobs: page.jobs.map((job) => withId(job) as Job) };
  }

  /** Doing it twice changes nothing. */
  async cancel(id: string, { signal }: RequestOptions = {}): Promise<Job> {
    return withId(await this.transport.post<Sent<Job>>(route`/jobs/${id}/cancel`, { signal })) as Job;
  }

  /**
   * Resolves with the result of a job once it is completed.
   * @throws JobFailedError when it fails or is cancelled
   */
  async wait(id: string, { signal, timeoutMs, onProgress }: WaitOptions = {}): Promise<JobResult> {
    const signals = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)];
    const limit = AbortSignal.any(signals.filter((given) => given !== undefined));
    const follow = this.news.follow(id, tellAdvances(onProgress));
    try {
      for (;;) {
        const job = await this.get(id, { signal: limit });
        if (job.status === 'completed') return job.result;
        if (job.status !== 'processing') throw new JobFailedError(job);
        follow.tell(job);
        await follow.untilWorthAsking(limit);
      }
    } finally {
      follow.close();
    }
  }
}

/** `id` beside `job_id`. */
export function withId<Body extends { job_id: string }>(body: Body): Body & { id: string } {
  return { id: body.job_id, ...body };
}

/** Events and answers come by two ways; nobody is to see a job go back. */
function tellAdvances(onProgress?: (progress: JobProgress) => void): (progress: JobProgress) => void {
  let last: JobProgress | undefined;
  return ({ progress, message }) => {
    if (last && (progress < last.progress || (progress === last.progress && message === last.message)))
      return;
    last = { progress, message };
    onProgress?.(last);
  };
}
