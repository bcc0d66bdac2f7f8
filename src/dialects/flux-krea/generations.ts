import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../server/accounts/principal.js';
import { Limits } from '../../server/limits/limits.service.js';
import { Files } from '../../server/files/files.service.js';
import { BoundJobs } from '../../server/jobs/bound-jobs.js';
import type { JobOutput } from '../../server/jobs/job-output.js';
import type { JobAdvance } from '../../server/jobs/job-view.js';
import type { GenerateRequest } from './wire.js';

type Steps = NonNullable<JobAdvance['steps']>;

/** Makes pictures while their callers wait. */
@Injectable()
export class Generations {
  constructor(
    @Inject(BoundJobs) private readonly jobs: BoundJobs,
    @Inject(Files) private readonly files: Files,
    @Inject(Limits) private readonly limits: Limits,
  ) {}

  /**
   * @param gone cancels it
   * @param step hears of each step that is done, once and in order; of several that take no time, of the last
   * @returns a PNG as a data URI
   * @throws Failure `rate-limited`, or as `BoundJobs.run`
   */
  async make(
    caller: Principal,
    { cfg_scale: guidanceScale, ...request }: GenerateRequest,
    gone: AbortSignal,
    step: (steps: Steps) => void = () => undefined,
  ): Promise<string> {
    await this.limits.take(caller, 'flux-krea');
    const { accountId, sandbox, weight } = caller;
    const inputs = { ...request, guidance_scale: guidanceScale };
    let last = 0;
    const advance = (steps: Steps): void => {
      if (steps.done <= last) return;
      last = steps.done;
      step(steps);
    };
    const job = await this.jobs.run(
      { accountId, sandbox, weight, pipeline: 'text_to_image', inputs, outputs: ['images'] },
      gone,
      { progress: ({ steps }) => steps && advance(steps) },
    );
    const image = await this.read(accountId, job.outputs?.images);
    advance({ done: request.steps, of: request.steps });
    return image;
  }

  private async read(accountId: string, output: JobOutput | null | undefined): Promise<string> {
    const first = output?.kind === 'list' ? output.items[0] : output;
    if (first?.kind !== 'file') throw new Error('text_to_image gave no picture.');
    const { fileId, bytes, mediaType } = first.file;
    const { read } = await this.files.open(accountId, fileId);
    const picture = await buffer(await read({ start: 0, end: bytes - 1 }));
    return `data:${mediaType};base64,${picture.toString('base64')}`;
  }
}
