import { z } from 'zod';
import type { PipelineView } from '../../server/pipelines/pipelines.service.js';
import { jsonSchema } from './wire.js';

/** What is wrong with a pipeline is told by its validation, all of it at once, so any object is taken here. */
export const documentSchema = z
  .record(z.string(), jsonSchema)
  .describe('A pipeline: packages/sdk/pipeline.schema.json');

const summaryFields = {
  id: z.string(),
  version: z.string(),
  name: z.string(),
  shipped: z.boolean().describe('Came with Atelier or a plugin, and cannot be changed'),
  created_at: z.iso.datetime().nullable(),
  updated_at: z.iso.datetime().nullable(),
};

export const pipelineBodySchema = z
  .object({ ...summaryFields, document: z.record(z.string(), z.unknown()) })
  .meta({ id: 'Pipeline' });

export type PipelineBody = z.output<typeof pipelineBodySchema>;

export const pipelineListSchema = z.object({ pipelines: z.array(z.object(summaryFields)) });

export const validationSchema = z.object({
  valid: z.boolean(),
  problems: z.array(
    z.object({
      code: z.string(),
      pointer: z.string().describe('JSON pointer'),
      message: z.string(),
      path: z.array(z.string()).optional().describe('The nodes of a cycle, in order'),
    }),
  ),
});

export function toPipelineSummary(
  record: PipelineView,
): z.output<typeof pipelineListSchema>['pipelines'][number] {
  const { id, version, title, shipped, createdAt, updatedAt } = record;
  return { id, version, name: title, shipped, created_at: createdAt, updated_at: updatedAt };
}

export function toPipeline(record: PipelineView): PipelineBody {
  return { ...toPipelineSummary(record), document: record.document };
}
