import { z } from 'zod';
import type { Json } from '@atelier/sdk';
import { jobStatuses } from '../../engine/job-state.js';
import { filesOf, type JobOutput } from '../../server/jobs/job-output.js';
import type { JobView } from '../../server/jobs/job-view.js';
import { toError } from './failures.js';
import type { Link } from './files.wire.js';
import { formatOf } from './items.wire.js';
import { bodySchema, errorSchema, idSchema, jsonSchema, pageSchema } from './wire.js';

const inputsSchema = z.record(z.string(), jsonSchema).default({});
const outputNamesSchema = z.array(z.string()).min(1).optional().describe('Only these outputs; left out: all');

export const executeSchema = bodySchema({
  project_id: idSchema.nullish(),
  inputs: inputsSchema,
  outputs: outputNamesSchema,
});

export const submitSchema = bodySchema({
  pipeline: z
    .union([idSchema, z.record(z.string(), jsonSchema)], 'must be the id of a pipeline, or a pipeline')
    .describe('The id of a pipeline, or a pipeline to run once'),
  project_id: idSchema.nullish(),
  inputs: inputsSchema,
  outputs: outputNamesSchema,
});

export const jobListQuerySchema = pageSchema.extend({
  status: z.enum(jobStatuses).optional(),
  project_id: idSchema.optional(),
});

export const acceptedSchema = z
  .object({
    job_id: z.string(),
    status: z.literal('processing'),
    estimated_time: z.int().nullable().describe('Seconds'),
  })
  .meta({ id: 'AcceptedJob' });

const outputFileSchema = z.object({
  file_id: z.string(),
  url: z.url(),
  size: z.int(),
  type: z.string(),
  name: z.string(),
});

const resultSchema = z.object({
  item_id: z.string().nullable().describe('What all files of the result are together; null without files'),
  url: z.url().nullable().describe('The first file; works without a key for 24 hours'),
  formats: z.array(z.string()),
  outputs: z.record(z.string(), z.union([outputFileSchema, z.array(outputFileSchema), jsonSchema])),
});

const commonFields = {
  job_id: z.string(),
  state: z.enum(jobStatuses).describe('The exact state; `status` groups those of a job that goes on'),
  pipeline: z.string(),
  project_id: z.string().nullable(),
  inputs: z.record(z.string(), jsonSchema).describe('With defaults filled in and seeds drawn'),
  warnings: z.array(errorSchema.shape.error.extend({ node: z.string() })),
  retry_of: z.string().nullable(),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
};

const endedFields = { ...commonFields, credits_used: z.int(), completed_at: z.iso.datetime().nullable() };

export const jobSchema = z
  .discriminatedUnion('status', [
    z.object({
      ...commonFields,
      status: z.literal('processing'),
      progress: z.int().min(0).max(100),
      message: z.string(),
      queue_position: z.int().nullable().describe('1 = next; null once it has started'),
      estimated_time: z.int().nullable().describe('Seconds'),
    }),
    z.object({
      ...endedFields,
      status: z.literal('completed'),
      progress: z.literal(100),
      result: resultSchema,
    }),
    z.object({
      ...endedFields,
      status: z.literal('failed'),
      progress: z.int(),
      error: errorSchema.shape.error,
    }),
    z.object({ ...endedFields, status: z.literal('cancelled'), progress: z.int() }),
  ])
  .meta({ id: 'Job' });

export type JobBody = z.output<typeof jobSchema>;

export const jobPageSchema = z.object({ jobs: z.array(jobSchema), total: z.int(), has_more: z.boolean() });

export function toAccepted(job: JobView): z.output<typeof acceptedSchema> {
  return { job_id: job.id, status: 'processing', estimated_time: seconds(job.eta?.p50Seconds ?? null) };
}

export function toJob(job: JobView, link: Link): JobBody {
  const common = {
    job_id: job.id,
    state: job.status,
    pipeline: job.pipeline,
    project_id: job.projectId,
    inputs: job.inputs,
    warnings: job.warnings.map(({ nodeId, failure }) => ({ node: nodeId, ...toError(failure) })),
    retry_of: job.retryOf,
    created_at: job.createdAt,
    started_at: job.startedAt,
  };
  const percent = Math.floor(job.progress * 100);
  const ended = { ...common, completed_at: job.endedAt, credits_used: 0 };
  switch (job.status) {
    case 'completed': {
      const result = toResult(job, link);
      return { ...ended, status: 'completed', progress: 100, result, credits_used: job.credits };
    }
    case 'failed': {
      const failure = job.failure ?? { code: 'internal', message: 'The job failed.', details: {} };
      return { ...ended, status: 'failed', progress: percent, error: toError(failure) };
    }
    case 'cancelled':
      return { ...ended, status: 'cancelled', progress: percent };
    default:
      return {
        ...common,
        status: 'processing',
        progress: Math.min(percent, 99),
        message: job.message,
        queue_position: job.queuePosition,
        estimated_time: seconds(job.eta?.p50Seconds ?? null),
      };
  }
}

export function toResult({ itemId, outputs: made }: JobView, link: Link): z.output<typeof resultSchema> {
  const outputs = made ?? {};
  const files = filesOf(outputs);
  const [first] = files;
  return {
    item_id: itemId,
    url: first === undefined ? null : link(first.fileId),
    formats: [...new Set(files.map(formatOf))],
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, output]) => [
        name,
        output === null ? null : toOutput(output, link),
      ]),
    ),
  };
}

function toOutput(output: JobOutput, link: Link): Json {
  if (output.kind === 'json') return output.value;
  if (output.kind === 'list') return output.items.map((item) => toOutput(item, link));
  const { fileId, bytes, mediaType, name } = output.file;
  return { file_id: fileId, url: link(fileId), size: bytes, type: mediaType, name };
}

function seconds(eta: number | null): number | null {
  return eta === null ? null : Math.ceil(eta);
}
