import { z } from 'zod';
import type { ModelView } from '../../server/models/model-view.js';
import { sideLimits } from './ask.js';
import { formats } from './formats.js';

const summaryFields = {
  id: z.string(),
  name: z.string(),
  version: z.string(),
  capabilities: z.array(z.string()),
};

export const modelListSchema = z.object({ models: z.array(z.object(summaryFields)) });

export const modelSchema = z
  .object({
    ...summaryFields,
    parameters: z.object({
      resolution_range: z.object({
        min: z.string().describe('"64x64"'),
        max: z.string().describe('"1024x1024"'),
      }),
      supported_formats: z.array(z.string()),
    }),
  })
  .meta({ id: 'Model' });

export type ModelSummary = z.output<typeof modelListSchema>['models'][number];

export function toModelSummary({ id, name, version, capabilities }: ModelView): ModelSummary {
  return { id, name, version, capabilities: [...capabilities] };
}

export function toModel(model: ModelView): z.output<typeof modelSchema> {
  const { minSize = sideLimits.least, maxSize = sideLimits.most } = model.limits as {
    minSize?: number;
    maxSize?: number;
  };
  return {
    ...toModelSummary(model),
    parameters: {
      resolution_range: { min: `${minSize}x${minSize}`, max: `${maxSize}x${maxSize}` },
      supported_formats: [...formats],
    },
  };
}
