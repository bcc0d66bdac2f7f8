import { z } from 'zod';
import type { Json } from '@atelier/sdk';

/** Any JSON: what comes out of the body parser is nothing else. */
export const jsonSchema = z.unknown() as unknown as z.ZodType<Json>;

/** What is no id cannot be the id of anything; checking it here keeps path tricks out of everything behind. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,127}$/, 'an id has letters, digits, _, - and . only, 128 at most');

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().describe('snake_case'),
      message: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  })
  .meta({ id: 'Error' });

export type ErrorBody = z.output<typeof errorSchema>;

const wholeNumber = (least: number, most: number, standard: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .default(standard)
    .meta({ type: 'integer', minimum: least, maximum: most, description: `${standard} when left out` });

/** The JSON object that a request has as its body; keys that it does not know are refused, for they are misspelt. */
export function bodySchema<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: ({ code, input }) =>
      code === 'invalid_type' && input === undefined ? 'has no body; send a JSON object' : undefined,
  });
}

/** `?limit=20&offset=0` */
export const pageSchema = z.object({
  limit: wholeNumber(1, 100, 20),
  offset: wholeNumber(0, 1_000_000, 0),
});

export type Page = z.output<typeof pageSchema>;

/** Whether there is something after this page. */
export function hasMore(page: Page, shown: number, total: number): boolean {
  return page.offset + shown < total;
}
