import type { JobEvent, JobPreview } from '../jobs/job-view.js';
import type { Jobs } from '../jobs/jobs.service.js';

/** Someone who reads a job's events, perhaps slower than the job makes them. */
export interface Reader {
  /** Takes the event; false when it should be the last until `drained`. */
  event(event: JobEvent): boolean;
  /** Shows a picture if there is room, and forgets it otherwise. */
  preview?(preview: JobPreview): void;
  /** Resolves once there is room; rejects when the reader is too slow to go on with. */
  drained(): Promise<void>;
}

export interface Feed {
  jobs: Pick<Jobs, 'follow'>;
  accountId: string;
  jobId: string;
  /** the number of the last event that the reader has */
  lastSeq: number;
}

/**
 * Gives a reader every event after `lastSeq` once and in order, until the job's end. What a slow reader cannot take is not
 * kept for it: the history has it, and is read on from there when there is room.
 * @returns how it ended: `ended` after the terminal event, or `stopped` by the signal
 * @throws Failure `not-found`; whatever `drained` throws
 */
export async function feed(source: Feed, reader: Reader, signal: AbortSignal): Promise<'ended' | 'stopped'> {
  let { lastSeq } = source;
  const counting: Reader = {
    ...reader,
    event: (event) => {
      lastSeq = event.seq;
      return reader.event(event);
    },
  };
  for (;;) {
    const outcome = await followUntilFull({ ...source, lastSeq }, counting, signal);
    if (outcome !== 'full') return outcome;
    await reader.drained();
  }
}

function followUntilFull(
  source: Feed,
  reader: Reader,
  signal: AbortSignal,
): Promise<'ended' | 'full' | 'stopped'> {
  return new Promise((resolve, reject) => {
    let unsubscribe = (): void => undefined;
    let over = false;
    let full = false;
    let skipped = false;
    const close = (): void => {
      over = true;
      signal.removeEventListener('abort', stop);
      unsubscribe();
    };
    const finish = (outcome: 'ended' | 'full' | 'stopped'): void => {
      if (over) return;
      close();
      resolve(outcome);
    };
    const stop = (): void => finish('stopped');
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);

    const listener = {
      event: (event: JobEvent): void => {
        if (over) return;
        if (full) skipped = true;
        else if (!reader.event(event)) {
          full = true;
          // The end comes in the same turn as the terminal event, and then there is nothing to wait for.
          queueMicrotask(() => finish('full'));
        }
      },
      preview: (preview: JobPreview): void => {
        if (!over && !full) reader.preview?.(preview);
      },
      end: (): void => {
        if (!skipped) finish('ended');
      },
    };
    source.jobs.follow(source.accountId, source.jobId, source.lastSeq, listener).then(
      (leave) => {
        unsubscribe = leave;
        if (over) leave();
      },
      (error: unknown) => {
        if (over) return;
        close();
        reject(error);
      },
    );
  });
}
