import { isTerminal } from '../../engine/job-state.js';
import type { JobView } from '../../server/jobs/job-view.js';
import type { Jobs } from '../../server/jobs/jobs.service.js';

/**
 * Shows a job as it is now and after each change, until it has ended or `signal` fires. Changes that come faster than a job can be
 * read are shown together. Who begins late sees the last state, or the end.
 * @throws Failure `not-found`
 */
export async function watchJob(
  jobs: Pick<Jobs, 'follow' | 'get'>,
  { accountId, id }: { accountId: string; id: string },
  signal: AbortSignal,
  show: (job: JobView) => void,
): Promise<void> {
  for await (const _ of changes(jobs, accountId, id, signal)) {
    const job = await jobs.get(accountId, id);
    if (signal.aborted) return;
    show(job);
    if (isTerminal(job.status)) return;
  }
}

/** One value for all changes since the last one was taken. */
async function* changes(
  jobs: Pick<Jobs, 'follow'>,
  accountId: string,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<void> {
  let wake = (): void => undefined;
  let hasChanged = true;
  const change = (): void => {
    hasChanged = true;
    wake();
  };
  signal.addEventListener('abort', change);
  const leave = await jobs.follow(accountId, id, 0, { event: change, end: change });
  try {
    while (!signal.aborted) {
      if (!hasChanged) await new Promise<void>((resolve) => (wake = resolve));
      hasChanged = false;
      yield;
    }
  } finally {
    signal.removeEventListener('abort', change);
    leave();
  }
}
