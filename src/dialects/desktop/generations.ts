import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { Principal } from '../../server/accounts/principal.js';
import { GivenPictures, type LentPicture } from '../../server/history/given-pictures.js';
import { HistoryDrafts } from '../../server/history/history-drafts.js';
import type { HistoryView } from '../../server/history/history-view.js';
import { History } from '../../server/history/history.service.js';
import { BoundJobs } from '../../server/jobs/bound-jobs.js';
import type { JobView } from '../../server/jobs/job-view.js';
import { statusAndCode } from './failures.js';
import type { Asked } from './generate.wire.js';
import { GenerationProgress } from './progress.js';

export interface Generation extends Asked {
  caller: Principal;
  tool: 'text_to_image' | 'image_to_image' | 'upscale';
  /** empty where the tool takes none */
  prompt: string;
  negativePrompt?: string;
  /** what the tool's input `image` is to be */
  picture?: { field: string; value: string };
  /** fires when nobody waits any more */
  gone: AbortSignal;
}

/** Runs a tool while its caller waits, and keeps the picture in the history. */
@Injectable()
export class Generations {
  constructor(
    @Inject(BoundJobs) private readonly jobs: BoundJobs,
    @Inject(History) private readonly history: History,
    @Inject(HistoryDrafts) private readonly drafts: HistoryDrafts,
    @Inject(GivenPictures) private readonly pictures: GivenPictures,
    @Inject(GenerationProgress) private readonly progress: GenerationProgress,
  ) {}

  /** @throws Failure as `BoundJobs.run`, `GivenPictures.lend` and `History.enter` */
  async make(generation: Generation): Promise<HistoryView> {
    const { caller, picture } = generation;
    if (picture === undefined) return this.run(generation);
    const given = { accountId: caller.accountId, ...picture };
    return this.pictures.lend(given, (lent) => this.run(generation, lent));
  }

  private async run(generation: Generation, lent?: LentPicture): Promise<HistoryView> {
    const { accountId } = generation.caller;
    const task = { id: null as string | null };
    let entry: HistoryView | null = null;
    const accepted = ({ id }: JobView): void => {
      task.id = id;
      this.progress.begin(accountId, id);
    };
    try {
      const job = await this.jobs.run(this.request(generation, lent), generation.gone, { accepted });
      return (entry = await this.history.enter(job));
    } catch (error) {
      // The job may have completed in the moment in which its caller left.
      if (task.id !== null) entry = await this.drafts.settle(accountId, task.id);
      if (entry === null) throw explained(error);
      return entry;
    } finally {
      if (task.id !== null) this.progress.end(task.id, entry !== null);
    }
  }

  private request(generation: Generation, lent?: LentPicture): Parameters<BoundJobs['run']>[0] {
    const { caller, tool, inputs, prompt, negativePrompt = null, parameters } = generation;
    const { accountId, sandbox, weight } = caller;
    return {
      accountId,
      sandbox,
      weight,
      pipeline: tool,
      inputs: lent === undefined ? inputs : { ...inputs, image: lent.fileId },
      alongside: async (manager, jobId) => {
        const draft = { type: 'image' as const, prompt, negativePrompt, parameters };
        await this.history.draft(manager, accountId, jobId, draft);
        await lent?.giveBack(manager);
      },
    };
  }
}

/** What goes wrong here, rather than in the request, is told as the document tells it. */
function explained(error: unknown): unknown {
  if (!Failure.is(error) || statusAndCode(error)[0] < 500) return error;
  const { code, message, details, cause } = error;
  return new Failure(code, `Generation failed: ${message}`, details, { cause });
}
