import { z } from 'zod';
import { type Json, parseSeed, seedToJson } from '@atelier/sdk';
import type { SettingValues } from '../../server/settings/settings.service.js';
import { bodySchema, cfgScale, limits, maybe, number, side, steps, wholeNumber } from './wire.js';

const tooLong = `Prompt is too long; it may have ${limits.promptCharacters} characters`;

const prompt = z
  .string({
    error: ({ input }) =>
      input === undefined || input === null ? 'Prompt is required' : 'Prompt must be text',
  })
  .max(limits.promptCharacters, { error: tooLong })
  .refine((text) => text.trim() !== '', { error: 'Prompt is required' })
  .describe('What the picture shows');

const negativePrompt = maybe(
  z
    .string({ error: 'negativePrompt must be text' })
    .max(limits.promptCharacters, { error: tooLong.replace('Prompt', 'negativePrompt') })
    .describe('What to avoid'),
);

const seed = maybe(
  z
    .union([z.int(), z.string()], { error: 'seed must be a whole number from 0 to 2^64 − 1' })
    .refine((value) => parseSeed(value) !== undefined, {
      error: 'seed must be a whole number from 0 to 2^64 − 1',
    })
    .transform((value) => seedToJson(parseSeed(value)!))
    .describe('Left out or -1, one is drawn and reported'),
);

const picture = (name: string) =>
  z
    .string({
      error: ({ input }) =>
        `${name} ${input === undefined || input === null ? 'is required' : 'must be text'}`,
    })
    .min(1, { error: `${name} is required` })
    .describe(
      'An earlier filePath, a data URI, or an absolute path inside ATELIER_HOME or a folder of ATELIER_IMPORT',
    );

const common = {
  prompt,
  negativePrompt,
  steps: maybe(steps('steps')).describe('The setting defaultSteps when left out'),
  cfgScale: maybe(cfgScale('cfgScale')).describe('The setting defaultCfgScale when left out'),
  seed,
};

export const textToImageSchema = bodySchema({
  ...common,
  width: maybe(side('width')).describe('Pixels; the setting defaultWidth when left out'),
  height: maybe(side('height')).describe('Pixels; the setting defaultHeight when left out'),
});

export const imageToImageSchema = bodySchema({
  ...common,
  seedImage: picture('seedImage'),
  strength: maybe(number('strength', 0, 1))
    .transform((value) => value ?? 0.7)
    .describe('0 = no change, 1 = full change; 0.7 when left out'),
});

export const upscaleSchema = bodySchema({
  imagePath: picture('imagePath'),
  scale: maybe(wholeNumber('scale', 2, 4))
    .transform((value) => value ?? 2)
    .describe('2, 3 or 4; 2 when left out'),
});

type TextToImage = z.output<typeof textToImageSchema>;
type ImageToImage = z.output<typeof imageToImageSchema>;

/** What the tool is asked for and what the history keeps of it. */
export interface Asked {
  inputs: Record<string, Json>;
  parameters: Record<string, Json>;
}

export function askTextToImage(body: TextToImage, settings: SettingValues): Asked {
  const { width = settings.defaultWidth, height = settings.defaultHeight } = body;
  const { inputs, parameters } = askCommon(body, settings);
  return { inputs: { ...inputs, width, height }, parameters: { width, height, ...parameters } };
}

export function askImageToImage(body: ImageToImage, settings: SettingValues): Asked {
  const { strength } = body;
  const { inputs, parameters } = askCommon(body, settings);
  return { inputs: { ...inputs, strength }, parameters: { ...parameters, strength } };
}

/** No steps and no guidance are what upscaling takes: a reader of the history finds numbers where it expects some. */
export function askUpscale({ scale }: z.output<typeof upscaleSchema>): Asked {
  return { inputs: { scale }, parameters: { steps: 0, cfgScale: 0, scale } };
}

function askCommon(body: TextToImage | ImageToImage, settings: SettingValues): Asked {
  const { steps = settings.defaultSteps, cfgScale = settings.defaultCfgScale, seed = -1 } = body;
  const inputs = { prompt: body.prompt, steps, guidance_scale: cfgScale, seed };
  // One that is left out is not the same as an empty one: models with two text encoders tell them apart.
  const negative: Record<string, Json> =
    body.negativePrompt === undefined ? {} : { negative_prompt: body.negativePrompt };
  return { inputs: { ...inputs, ...negative }, parameters: { steps, cfgScale } };
}
