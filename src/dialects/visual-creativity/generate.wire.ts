import { z } from 'zod';
import { parseSeed, seedToJson } from '@atelier/sdk';
import type { JobStatus } from '../../engine/job-state.js';
import type { JobView } from '../../server/jobs/job-view.js';
import { toError } from './failures.js';
import { formats } from './formats.js';
import { errorSchema, maybe } from './wire.js';

const longestText = 1000;
const mostSubjects = 20;

const words = (what: string) =>
  maybe(
    z
      .string({ error: 'must be text' })
      .trim()
      .max(longestText, { error: `may have ${longestText} characters` })
      .describe(what),
  );

const style = words('The id, name or another name of a style of GET /v1/styles, however it is written');

const subjectSchema = z.object(
  { type: words('What it is: "lighthouse"'), style, pose: words('What it does: "standing on a cliff"') },
  { error: 'must be an object with type, style and pose' },
);

const seed = z
  .union([z.int(), z.string()], { error: 'must be a whole number from 0 to 2^64 − 1' })
  .refine((value) => parseSeed(value) !== undefined, { error: 'must be a whole number from 0 to 2^64 − 1' })
  .transform((value) => seedToJson(parseSeed(value)!))
  .describe('Repeats a picture; left out or -1, one is drawn');

const sceneSchema = z
  .object(
    {
      subjects: maybe(
        z
          .array(subjectSchema, { error: 'must be a list of objects with type, style and pose' })
          .max(mostSubjects, { error: `may have ${mostSubjects} elements` }),
      ),
      background: maybe(
        z.object(
          { type: words('Where it is: "sea"'), style },
          { error: 'must be an object with type and style' },
        ),
      ),
      resolution: maybe(
        z
          .union([z.string().max(100), z.number()], { error: 'must be text such as "1024x1024"' })
          .describe(
            '"1024x768", "512", "hd", "4k", "16:9", "portrait"; left out, what the model usually paints',
          ),
      ),
      format: maybe(
        z
          .string({ error: 'must be text such as "png"' })
          .max(100)
          .describe(`${formats.join(', ')}; png when left out`),
      ),
    },
    { error: ({ input }) => (input === undefined ? 'is required' : 'must be an object') },
  )
  .describe('What the picture shows, and as what it is to be written');

/** What is asked for by `POST /v1/generate/image` and over `/v1/ws`. As the document says nothing of further keys, they are passed over. */
export const generateSchema = z.object(
  {
    scene: sceneSchema,
    model: maybe(z.string({ error: 'must be text' }).max(200)).describe(
      'The id of a model of GET /v1/models; left out, the one with the highest priority',
    ),
    seed: maybe(seed),
  },
  { error: 'must be a JSON object with a scene' },
);

export type GenerateRequest = z.output<typeof generateSchema>;

export const generationStatuses = ['queued', 'processing', 'completed', 'failed', 'cancelled'] as const;
export type GenerationStatus = (typeof generationStatuses)[number];

export const metadataSchema = z.object({
  resolution: z.string().describe('"1024x1024"'),
  format: z.string(),
  generation_time: z.number().describe('Seconds it has been worked on'),
});

export const generationSchema = z
  .object({
    id: z.string(),
    status: z.enum(generationStatuses),
    url: z.url().describe('Serves the picture once it is made; works without a key for 24 hours'),
    metadata: metadataSchema,
  })
  .meta({ id: 'Generation' });

export const statusSchema = z
  .object({
    id: z.string(),
    status: z.enum(generationStatuses),
    progress: z.int().min(0).max(100).describe('Percent; never runs backwards'),
    eta: z.int().nullable().describe('Seconds until it should have ended; null while nothing is known'),
    url: z.url(),
    metadata: metadataSchema,
    error: errorSchema.shape.error.optional().describe('Of one that has failed'),
  })
  .meta({ id: 'GenerationStatus' });

export type GenerationBody = z.output<typeof generationSchema>;
export type StatusBody = z.output<typeof statusSchema>;

/** Makes the address of a generation's picture. */
export type Link = (generation: JobView) => string;

export function toGeneration(job: JobView, link: Link): GenerationBody {
  return { id: job.id, status: statuses[job.status], url: link(job), metadata: toMetadata(job) };
}

export function toStatus(job: JobView, link: Link): StatusBody {
  const { id, status, ...where } = toGeneration(job, link);
  return {
    id,
    status,
    progress: job.status === 'completed' ? 100 : Math.min(99, Math.floor(job.progress * 100)),
    eta: job.endedAt === null ? (job.eta?.p50Seconds ?? null) : 0,
    ...where,
    ...(job.status === 'failed' && job.failure !== null ? { error: toError(job.failure) } : {}),
  };
}

const statuses: Readonly<Record<JobStatus, GenerationStatus>> = {
  queued: 'queued',
  loading: 'processing',
  running: 'processing',
  interrupted: 'queued',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

function toMetadata({ inputs, startedAt, endedAt }: JobView): z.output<typeof metadataSchema> {
  const ms = startedAt === null ? 0 : Date.parse(endedAt ?? new Date().toISOString()) - Date.parse(startedAt);
  return {
    resolution: `${Number(inputs.width)}x${Number(inputs.height)}`,
    format: String(inputs.format),
    generation_time: Math.max(0, ms) / 1000,
  };
}
