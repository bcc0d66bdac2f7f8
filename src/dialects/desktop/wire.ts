import { z } from 'zod';

export const errorSchema = z
  .object({
    success: z.literal(false),
    error: z.string().describe('A sentence that says what to do'),
    code: z.string().describe('UPPER_CASE'),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'DesktopError' });

export type ErrorBody = z.output<typeof errorSchema>;

/** The JSON object that a request has as its body. As the document says nothing of further keys, they are passed over. */
export function bodySchema<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, { error: 'The body must be a JSON object' });
}

/** A field that may be left out or null. */
export const maybe = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

/** A whole number within bounds, with one sentence for whatever is wrong with it. */
export function wholeNumber(name: string, least: number, most: number, step = 1) {
  const more = step === 1 ? '' : `, divisible by ${step}`;
  const error = `${name} must be a whole number from ${least} to ${most}${more}`;
  return z.int({ error }).min(least, { error }).max(most, { error }).multipleOf(step, { error });
}

export function number(name: string, least: number, most: number) {
  const error = `${name} must be a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

/** The document has no limits of its own: these are what models and memory can still be asked for. */
export const limits = {
  promptCharacters: 10_000,
  leastSide: 8,
  mostSide: 4096,
  /** latents are an eighth of the picture */
  sideStep: 8,
  mostSteps: 150,
  mostCfgScale: 30,
} as const;

export const side = (name: string) => wholeNumber(name, limits.leastSide, limits.mostSide, limits.sideStep);
export const steps = (name: string) => wholeNumber(name, 1, limits.mostSteps);
export const cfgScale = (name: string) => number(name, 0, limits.mostCfgScale);

/** `2026-01-02T10:00:00Z`, as the document writes it */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
