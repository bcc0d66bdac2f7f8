import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Failure, type Json } from '@atelier/sdk';
import { flatten } from '../../engine/flatten.js';
import { checkInputs, checkTargets, drawInputSeeds } from '../../engine/inputs.js';
import { takesFile } from '../../engine/port.js';
import { invalidInputs, pointerTo, type Problem } from '../../engine/problem.js';
import type { WaitingSegment } from '../../engine/schedule.js';
import type { Pipeline } from '../../engine/step.js';
import { Assets } from '../assets/assets.service.js';
import { newId } from '../database/id.js';
import { Files } from '../files/files.service.js';
import { chooseGraphModels, chooseInputModels } from '../models/model-choices.js';
import { withModelDefaults } from '../models/model-defaults.js';
import { Models } from '../models/models.service.js';
import { priceOf } from '../pipelines/price.js';
import { Pipelines } from '../pipelines/pipelines.service.js';
import { ShippedPipelines } from '../pipelines/shipped.js';
import { Dispatcher } from './dispatcher.js';
import { JobPlanner } from './job-planner.js';
import type { SubmitRequest } from './job-view.js';
import { Job } from './job.entity.js';
import { recipeOf } from './recipe.js';

/** A job that could be accepted: its row, what it will wait with, and the blobs its inputs name. */
export interface Submission {
  job: Job;
  /** seeds that were drawn for a −1 written in the pipeline, by `node.input` */
  drawn: Record<string, Json>;
  segments: WaitingSegment[];
  /** digests of the files that its inputs name */
  blobs: string[];
}

/** The inputs of a request that are files. */
interface GivenFiles {
  /** as the caller gave them */
  given: Record<string, Json>;
  /** with references in the place of ids */
  values: Record<string, Json>;
  blobs: string[];
  problems: Problem[];
}

/** Turns a request into a job, or says everything that is wrong with it; nothing is stored yet. */
@Injectable()
export class Submissions {
  constructor(
    @Inject(Pipelines) private readonly pipelines: Pipelines,
    @Inject(Files) private readonly files: Files,
    @Inject(Assets) private readonly assets: Assets,
    @Inject(JobPlanner) private readonly planner: JobPlanner,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(Models) private readonly models: Models,
    @Inject(ShippedPipelines) private readonly shipped: ShippedPipelines,
  ) {}

  /** @throws Failure `not-found`, `invalid-pipeline`, `invalid-input`, `model-missing`, `insufficient-memory` */
  async prepare(request: SubmitRequest): Promise<Submission> {
    const pipeline = await this.pipelineOf(request);
    const files = await this.filesOf(pipeline, request);
    await this.models.refresh();
    const given = withModelDefaults(pipeline, { ...request.inputs, ...files.values }, this.models);
    const asked = checkTargets(pipeline, request.outputs);
    const checked = checkInputs(pipeline, given);
    if ('problems' in asked || 'problems' in checked || files.problems.length > 0) {
      throw invalidInputs(allProblems(files.problems, asked, checked));
    }
    const chosen = chooseInputModels(pipeline, checked.values, this.models);
    const values = drawInputSeeds(pipeline, chosen, drawSeed);
    const { graph: flat, drawn } = flatten(pipeline, values, drawSeed);
    const graph = chooseGraphModels(flat, this.shipped.catalogue, this.models);
    const job = rowOf(request, pipeline, {
      inputs: { ...values, ...files.given },
      recipe: recipeOf(pipeline, values, drawn),
      graph,
      targets: asked.targets,
    });
    return { job, drawn, segments: this.firstSegments(job), blobs: files.blobs };
  }

  /** The same job once more, with the same graph and seeds. @throws Failure `insufficient-memory` */
  async repeat(earlier: Job): Promise<Submission> {
    const news = { ...unstarted(), id: newId('job'), retryOf: earlier.id };
    const job = Object.assign(new Job(), { ...earlier, ...news });
    const blobs = await this.assets.keptFor({ kind: 'job', id: earlier.id });
    return { job, drawn: {}, segments: this.firstSegments(job), blobs };
  }

  private pipelineOf({ accountId, pipeline }: SubmitRequest): Promise<Pipeline> {
    return typeof pipeline === 'string'
      ? this.pipelines.resolve(accountId, pipeline)
      : this.pipelines.read(accountId, pipeline);
  }

  /** File ids become references to blobs: the only way to name one, so that nobody reads what is not theirs. */
  private async filesOf({ inputs }: Pipeline, request: SubmitRequest): Promise<GivenFiles> {
    const files: GivenFiles = { given: {}, values: {}, blobs: [], problems: [] };
    for (const [name, value] of Object.entries(request.inputs)) {
      const spec = inputs.get(name);
      if (spec === undefined || !takesFile(spec)) continue;
      files.given[name] = value;
      files.values[name] = await this.resolve(request.accountId, value, [name], files);
    }
    return files;
  }

  private async resolve(
    accountId: string,
    value: Json,
    path: (string | number)[],
    files: GivenFiles,
  ): Promise<Json> {
    if (value === null) return value;
    if (Array.isArray(value)) {
      return Promise.all(
        value.map((item: Json, index) => this.resolve(accountId, item, [...path, index], files)),
      );
    }
    const file = typeof value === 'string' ? await this.files.get(accountId, value).catch(nothing) : null;
    if (file === null) {
      const message = 'This must be the id of one of your files; upload it first.';
      files.problems.push({ code: 'invalid-value', pointer: pointerTo(path), message });
      return value;
    }
    files.blobs.push(file.sha256);
    return { sha256: file.sha256, bytes: file.bytes, mediaType: file.mediaType, name: file.name };
  }

  private firstSegments(job: Job): WaitingSegment[] {
    const segments = this.planner.firstSegments(job);
    const misfit = this.dispatcher.misfit(segments);
    if (misfit !== null) throw misfit;
    return segments;
  }
}

/** Everything at once; what is no file has been reported as that and needs no second sentence. */
function allProblems(ofFiles: Problem[], ...results: object[]): Problem[] {
  const others = results.flatMap((result) => ('problems' in result ? (result.problems as Problem[]) : []));
  const known = new Set(ofFiles.map(({ pointer }) => pointer));
  return [...ofFiles, ...others.filter(({ pointer }) => !known.has(pointer))];
}

function unstarted() {
  return {
    status: 'queued',
    progress: 0,
    message: 'Waiting for a device',
    outputs: null,
    failure: null,
    warnings: [],
    createdAt: Date.now(),
    startedAt: null,
    endedAt: null,
    interruptions: 0,
    bound: false,
  } satisfies Partial<Job>;
}

function rowOf(
  request: SubmitRequest,
  pipeline: Pipeline,
  work: Pick<Job, 'inputs' | 'recipe' | 'graph' | 'targets'>,
): Job {
  return Object.assign(new Job(), {
    ...work,
    ...unstarted(),
    id: newId('job'),
    accountId: request.accountId,
    pipelineId: pipeline.document.id,
    tool: pipeline.document.tool !== undefined,
    credits: request.sandbox ? 0 : priceOf(pipeline),
    sandbox: request.sandbox,
    weight: request.weight,
    bound: request.bound ?? false,
    projectId: request.projectId ?? null,
    retryOf: null,
  } satisfies Job);
}

/** Uniform in [0, 2^53), so that every JSON reader can show and repeat it. */
function drawSeed(): bigint {
  return randomBytes(8).readBigUInt64BE() >> 11n;
}

function nothing(error: unknown): null {
  if (Failure.is(error) && error.code === 'not-found') return null;
  throw error;
}
