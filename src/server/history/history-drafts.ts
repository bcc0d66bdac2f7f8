import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { PinoLogger } from 'nestjs-pino';
import { isTerminal } from '../../engine/job-state.js';
import type { JobView } from '../jobs/job-view.js';
import { Jobs } from '../jobs/jobs.service.js';
import { Settings } from '../settings/settings.service.js';
import type { HistoryEntry } from './history-entry.entity.js';
import type { HistoryView } from './history-view.js';
import { History } from './history.service.js';
import { removeUnplaced } from './picture-file.js';

/** Sees to it that whatever was drafted ends as an entry or as nothing, over the end of a server too. */
@Injectable()
export class HistoryDrafts implements OnApplicationBootstrap {
  constructor(
    @Inject(History) private readonly history: History,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(PinoLogger) private readonly log: PinoLogger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // Read before the first request is answered: what comes from now on is finished by whoever waits for it.
    const drafted = await this.history.drafted();
    const unfinished = await this.history.unfinished();
    void this.tidy(unfinished);
    for (const { accountId, jobId } of drafted) void this.settle(accountId, jobId);
  }

  /** Waits for the job's end. The entry, or null where there is none, be it that the picture could not be written yet. */
  async settle(accountId: string, jobId: string): Promise<HistoryView | null> {
    try {
      const job = await this.ended(accountId, jobId);
      if (job?.status === 'completed') return await this.history.enter(job);
      await this.history.discard(jobId);
    } catch (error) {
      this.log.error({ jobId, err: error }, 'a picture could not be entered; it is tried at the next start');
    }
    return null;
  }

  /** Null when the job is not known any more. */
  private async ended(accountId: string, jobId: string): Promise<JobView | null> {
    const job = await this.jobs.get(accountId, jobId).catch(nothing);
    if (job === null || isTerminal(job.status)) return job;
    await new Promise<void>((resolve, reject) => {
      const listener = { event: () => undefined, end: resolve };
      this.jobs.follow(accountId, jobId, 0, listener).catch(reject);
    });
    return this.jobs.get(accountId, jobId);
  }

  private async tidy(unfinished: HistoryEntry[]): Promise<void> {
    try {
      for (const entry of unfinished) await this.history.finish(entry);
      await removeUnplaced(await this.settings.storageFolder());
    } catch (error) {
      this.log.warn({ err: error }, 'the folder for pictures cannot be used; check storagePath');
    }
  }
}

function nothing(error: unknown): null {
  if (Failure.is(error) && error.code === 'not-found') return null;
  throw error;
}
