import { z } from 'zod';
import { parseSeed, seedToJson } from '@atelier/sdk';

/** The document's own version of this API. */
export const apiVersion = '1.0.0';

const promptCharacters = 1000;

const wholeNumber = (name: string, least: number, most: number, multiple = 1) => {
  const extra = multiple === 1 ? '' : `, divisible by ${multiple}`;
  const error = `${name} must be a whole number from ${least} to ${most}${extra}`;
  return z.int({ error }).min(least, { error }).max(most, { error }).multipleOf(multiple, { error });
};

const side = (name: string) => wholeNumber(name, 512, 2048, 8).default(1024).describe('Pixels');

const guidanceError = 'cfg_scale must be a number from 1.0 to 10.0';
const seedError = 'seed must be -1 or a positive whole number below 2^64';

/** What is asked for by `POST /generate` and over `/ws`. */
export const generateSchema = z.object(
  {
    prompt: z
      .string({
        error: ({ input }) => (input === undefined ? 'prompt is required' : 'prompt must be a string'),
      })
      .refine((text) => text.trim() !== '', { error: 'prompt must not be empty' })
      .refine((text) => [...text].length <= promptCharacters, {
        error: `prompt must have at most ${promptCharacters} characters`,
      })
      .describe(`Text description of the image, at most ${promptCharacters} characters`),
    steps: wholeNumber('steps', 20, 50).default(30).describe('Number of denoising steps'),
    cfg_scale: z
      .number({ error: guidanceError })
      .min(1, { error: guidanceError })
      .max(10, { error: guidanceError })
      .default(4)
      .describe('Classifier-free guidance scale'),
    seed: z
      .union([z.int(), z.string().regex(/^-?\d+$/, { error: seedError })], { error: seedError })
      .refine((seed) => parseSeed(seed) !== undefined && parseSeed(seed) !== 0n, { error: seedError })
      .transform((seed) => seedToJson(parseSeed(seed)!))
      .default(-1)
      .describe('-1 draws one; a positive whole number repeats the picture'),
    width: side('width'),
    height: side('height'),
  },
  { error: 'the body must be a JSON object with a prompt' },
);

export type GenerateRequest = z.output<typeof generateSchema>;

export const generatedSchema = z.object({
  success: z.literal(true),
  image: z.string().describe('A PNG as a data URI'),
  duration: z.number().describe('Seconds'),
});

export const errorSchema = z
  .object({
    success: z.literal(false),
    error: z.string(),
    duration: z.number().describe('Seconds until the error occurred'),
  })
  .meta({ id: 'FluxKreaError' });

export const healthSchema = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  model: z.string().describe('The model that makes the pictures; empty while none is installed'),
  device: z.enum(['cuda', 'cpu']),
  version: z.string(),
});

export const modelsSchema = z.object({ models: z.array(z.string()) });

/** What comes over `/ws`. The request inside is checked as that of `POST /generate` is. */
export const messageSchema = z.object({ type: z.literal('generate'), data: z.unknown() });

export type Answer =
  | { type: 'progress'; data: { step: number; total_steps: number; percentage: number } }
  | { type: 'complete'; data: { image: string; duration: number } }
  | { type: 'error'; data: { error: string } };

/** As the wire has durations. */
export function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
