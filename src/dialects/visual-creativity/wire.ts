import { z } from 'zod';

/** What is no id cannot be the id of anything; checking it here keeps path tricks out of everything behind. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,127}$/, 'an id has letters, digits, _, - and . only, 128 at most');

export const errorSchema = z
  .object({
    error: z.object({
      code: z.int().describe('The HTTP status'),
      message: z.string().describe('A sentence that says what to do'),
      details: z
        .looseObject({
          field: z.string().optional().describe('Where the request is wrong: scene.subjects[0].style'),
          reason: z.string().describe('What is wrong with the field, or one word for the failure'),
        })
        .describe('Of several problems the first; `problems` has all'),
    }),
  })
  .meta({ id: 'VisualCreativityError' });

export type ErrorBody = z.output<typeof errorSchema>;

/** A field that may be left out, null or, where it is text, empty. */
export const maybe = <Schema extends z.ZodType>(schema: Schema) =>
  schema
    .nullish()
    .transform((value) => (value === null || value === '' ? undefined : (value as z.output<Schema>)));

/** The query of a signed address. */
export const signatureSchema = z.object({
  account: z.string().max(128).optional(),
  expires: z
    .string()
    .regex(/^\d{1,12}$/, 'must be Unix seconds')
    .transform(Number)
    .optional(),
  signature: z.string().max(128).optional(),
});
