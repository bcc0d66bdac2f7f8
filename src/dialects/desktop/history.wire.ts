import { z } from 'zod';
import type { Json } from '@atelier/sdk';
import { historyTypes, type HistoryView } from '../../server/history/history-view.js';
import { timestamp } from './wire.js';

const parametersSchema = z.looseObject({
  width: z.int(),
  height: z.int(),
  steps: z.int(),
  cfgScale: z.number(),
  seed: z.union([z.int(), z.string()]).optional().describe('Beyond 2^53 it is a decimal string'),
});

/** The document's examples write `created_at` where its data model says `createdAt`; both are there. */
export const generationSchema = z
  .object({
    id: z.int(),
    type: z.enum(historyTypes),
    prompt: z.string(),
    negativePrompt: z.string().optional(),
    parameters: parametersSchema,
    filePath: z.string(),
    url: z.url(),
    created_at: z.iso.datetime(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Generation' });

export type GenerationBody = z.output<typeof generationSchema>;

export const madeSchema = z.object({
  success: z.literal(true),
  data: generationSchema.extend({ seed: parametersSchema.shape.seed }),
});

export const foundSchema = z.object({ success: z.literal(true), data: generationSchema });

export const listSchema = z.object({
  success: z.literal(true),
  data: z.array(generationSchema),
  total: z.int(),
});

export const deletedSchema = z.object({ success: z.literal(true), message: z.literal('Generation deleted') });

const count = (name: string, least: number, most: number, standard: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: `${name} must be a whole number from ${least} to ${most}` })
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: `${name} must be a whole number from ${least} to ${most}`,
    })
    .default(standard)
    .meta({ type: 'integer', minimum: least, maximum: most, description: `${standard} when left out` });

export const historyQuerySchema = z.object({
  limit: count('limit', 1, 1000, 50),
  offset: count('offset', 0, 999_999_999, 0),
  type: z.enum(historyTypes, { error: 'type must be "image" or "video"' }).optional(),
});

/** What is no number is the number of no entry. */
export const generationIdSchema = z
  .string()
  .transform((text) => (/^\d{1,15}$/.test(text) ? Number(text) : 0))
  .meta({ type: 'integer' });

/** The address of a picture by its file name. */
export type Link = (fileName: string) => string;

export function toGeneration(entry: HistoryView, link: Link): GenerationBody {
  const { id, type, prompt, negativePrompt, fileName } = entry;
  const createdAt = timestamp(entry.createdAt);
  return {
    id,
    type,
    prompt,
    ...(negativePrompt === null ? {} : { negativePrompt }),
    parameters: entry.parameters as GenerationBody['parameters'],
    filePath: `/generated/${fileName}`,
    url: link(fileName),
    created_at: createdAt,
    createdAt,
  };
}

export function toMade(entry: HistoryView, link: Link): z.output<typeof madeSchema> {
  const { seed } = entry.parameters as Record<string, Json> & { seed?: number | string };
  return { success: true, data: { ...toGeneration(entry, link), ...(seed === undefined ? {} : { seed }) } };
}
