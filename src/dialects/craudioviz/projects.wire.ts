import { z } from 'zod';
import { cleanLine, cleanText } from '../../server/projects/clean-text.js';
import { projectOrders, type ProjectView } from '../../server/projects/project-view.js';
import { itemSchema } from './items.wire.js';
import { bodySchema, pageSchema } from './wire.js';

/** Far above what is taken, so that nobody makes the server clean megabytes. */
const longestGiven = 100_000;
const mostTags = 50;

/** Cleaned text of a length in characters as people count them: an emoji is one. */
function text(clean: (given: string) => string, least: number, most: number) {
  return z
    .string()
    .max(longestGiven, `must have at most ${most} characters`)
    .transform(clean)
    .refine((cleaned) => cleaned.length >= least, 'must have a character that can be seen')
    .refine((cleaned) => [...cleaned].length <= most, `must have at most ${most} characters`)
    .meta({ minLength: least });
}

const nameSchema = text(cleanLine, 1, 200).describe('1 to 200 characters');
const descriptionSchema = text(cleanText, 0, 10_000).describe('10 000 characters at most');
const tagsSchema = z
  .array(text(cleanLine, 1, 64))
  .max(mostTags)
  .transform((tags) => [...new Set(tags)])
  .describe('Of 64 characters at most, each once');

export const projectCreateSchema = bodySchema({
  name: nameSchema,
  description: descriptionSchema.nullish().transform((given) => given ?? ''),
  tags: tagsSchema.nullish().transform((given) => given ?? []),
});

export const projectUpdateSchema = bodySchema({
  name: nameSchema.optional(),
  description: descriptionSchema
    .nullish()
    .transform((given) => (given === null ? '' : given))
    .describe('null clears it'),
  tags: tagsSchema
    .nullish()
    .transform((given) => (given === null ? [] : given))
    .describe('Takes the place of all; null clears them'),
});

const oneOrMore = z
  .union([z.string(), z.array(z.string()).max(mostTags)], `must be at most ${mostTags} tags`)
  .optional();

export const projectListQuerySchema = pageSchema.extend({
  sort: z.enum(projectOrders).default('created_at'),
  order: z.enum(['asc', 'desc']).default('desc'),
  tags: oneOrMore
    .transform((given) => [given ?? []].flat().flatMap((list) => list.split(',')))
    .transform(wanted)
    .refine((tags) => tags.length <= mostTags, `must be at most ${mostTags} tags`)
    .describe('Only projects that have all of them: tags=logo,branding, or again and again'),
  'tags[]': oneOrMore
    .transform((given) => wanted([given ?? []].flat()))
    .describe('As `tags`, one at a time, which may hold commas'),
});

const projectFields = {
  id: z.string(),
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  status: z.literal('active'),
  items_count: z.int(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime().describe('When it, or what is in it, last changed'),
};

export const projectSchema = z.object(projectFields).meta({ id: 'Project' });

export type ProjectBody = z.output<typeof projectSchema>;

export const projectWithItemsSchema = z
  .object({
    ...projectFields,
    items: z.array(itemSchema).describe('The newest 100; /v1/projects/{id}/items has all'),
  })
  .meta({ id: 'ProjectWithItems' });

export const projectPageSchema = z.object({
  projects: z.array(projectSchema),
  total: z.int(),
  has_more: z.boolean(),
});

export function toProject(project: ProjectView): ProjectBody {
  return {
    id: project.id,
    name: project.name,
    description: project.description,
    tags: project.tags,
    status: 'active',
    items_count: project.itemsCount,
    created_at: project.createdAt,
    updated_at: project.updatedAt,
  };
}

function wanted(tags: readonly string[]): string[] {
  return [...new Set(tags.map(cleanLine).filter((tag) => tag !== ''))];
}
