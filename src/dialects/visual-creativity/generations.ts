import { Inject, Injectable } from '@nestjs/common';
import { Failure, type Json } from '@atelier/sdk';
import type { Principal } from '../../server/accounts/principal.js';
import type { OpenFile } from '../../server/files/file-view.js';
import { Files } from '../../server/files/files.service.js';
import type { RepeatableRequest } from '../../server/idempotency/idempotency.service.js';
import type { JobOutput, OutputFile } from '../../server/jobs/job-output.js';
import type { JobView } from '../../server/jobs/job-view.js';
import { Jobs } from '../../server/jobs/jobs.service.js';
import { Models } from '../../server/models/models.service.js';
import { Styles } from '../../server/styles/styles.service.js';
import { inputsFor } from './ask.js';
import type { GenerateRequest } from './generate.wire.js';
import { generationPipeline, isGeneration } from './generation.js';

const makesPictures = 'text-to-image';
/** Seconds after which a picture that is not made yet may be asked for again. */
const retrySeconds = 2;

/** Pictures of scenes: jobs of one pipeline, seen as this interface tells of them. */
@Injectable()
export class Generations {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Files) private readonly files: Files,
    @Inject(Models) private readonly models: Models,
    @Inject(Styles) private readonly styles: Styles,
  ) {}

  /** @throws Failure `invalid-input` with everything that is wrong; as `Jobs.submit` */
  async submit(
    { accountId, sandbox, weight }: Principal,
    request: GenerateRequest,
    repeatable?: RepeatableRequest,
  ): Promise<JobView> {
    await this.models.refresh();
    const inputs = inputsFor(request, {
      styles: await this.styles.list(),
      models: this.models.list().filter(({ capabilities }) => capabilities.includes(makesPictures)),
      usualModel: this.models.bestFor({ capabilities: [makesPictures] }),
    });
    // A picture that no format is left to be written in says how to make it again.
    const outputs = [inputs.format === 'png' ? 'images' : 'files'];
    const work = { pipeline: generationPipeline, inputs: inputs as Record<string, Json>, outputs };
    return this.jobs.submit({ accountId, sandbox, weight, ...work }, repeatable);
  }

  /** @throws Failure `not-found`, also for another account's, and for a job that is no generation */
  async get(accountId: string, id: string): Promise<JobView> {
    const job = await this.jobs.get(accountId, id).catch((error: unknown) => {
      throw Failure.is(error) && error.code === 'not-found' ? missing(id) : error;
    });
    if (!isGeneration(job)) throw missing(id);
    return job;
  }

  /** Ends it for good; once more changes nothing. @throws Failure `not-found`, `conflict` when it has ended otherwise */
  async cancel(accountId: string, id: string): Promise<JobView> {
    await this.get(accountId, id);
    return this.jobs.cancel(accountId, id);
  }

  /** @throws Failure `not-found`, also when there is no picture yet or never will be */
  async open(accountId: string, id: string): Promise<OpenFile> {
    const job = await this.get(accountId, id);
    const [picture] = Object.values(job.outputs ?? {}).flatMap(filesOf);
    if (picture === undefined) throw unmade(job);
    return this.files.open(accountId, picture.fileId);
  }
}

function filesOf(output: JobOutput | null): OutputFile[] {
  if (output === null || output.kind === 'json') return [];
  return output.kind === 'file' ? [output.file] : output.items.flatMap(filesOf);
}

function missing(id: string): Failure {
  return new Failure('not-found', `There is no generation ${id.slice(0, 64)}.`, { kind: 'generation' });
}

function unmade({ status, failure }: JobView): Failure {
  const kind = 'picture';
  if (failure !== null) {
    return new Failure(
      'not-found',
      `There is no picture, for the generation is ${status}: ${failure.message}`,
      { kind },
    );
  }
  return new Failure('not-found', 'The picture is not made yet; ask again in a moment.', {
    kind,
    retryAfterSeconds: retrySeconds,
  });
}
