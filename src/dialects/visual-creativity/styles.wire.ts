import { z } from 'zod';
import type { Style } from '../../server/styles/style.js';

const summaryFields = {
  id: z.string(),
  name: z.string(),
  description: z.string(),
  preview_url: z.url().nullable().describe('A picture, which needs no key; null while there is none'),
};

export const styleListSchema = z.object({ styles: z.array(z.object(summaryFields)) });

export const styleSchema = z
  .object({
    ...summaryFields,
    parameters: z.object({ artistic_style: z.string(), color_scheme: z.string(), lighting: z.string() }),
  })
  .meta({ id: 'Style' });

export type StyleSummary = z.output<typeof styleListSchema>['styles'][number];

/** @param origin under which the caller reaches this server */
export function toStyleSummary({ id, name, description, previewPath }: Style, origin: string): StyleSummary {
  return {
    id,
    name,
    description,
    preview_url: previewPath === null ? null : `${origin}/v1/styles/${id}/preview.jpg`,
  };
}

export function toStyle(style: Style, origin: string): z.output<typeof styleSchema> {
  const { preview_url: previewUrl, ...summary } = toStyleSummary(style, origin);
  return { ...summary, parameters: style.parameters, preview_url: previewUrl };
}
