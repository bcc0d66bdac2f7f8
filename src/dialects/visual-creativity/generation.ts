import type { Json } from '@atelier/sdk';
import type { JobView } from '../../server/jobs/job-view.js';
import { type Format, formats } from './formats.js';

/** The pipeline that every generation is a job of. */
export const generationPipeline = 'scene_to_image';

/** What that pipeline is given. */
export interface GenerationInputs extends Record<string, Json | undefined> {
  prompt: string;
  negative_prompt?: string;
  model?: string;
  painted_width: number;
  painted_height: number;
  width: number;
  height: number;
  seed?: Json;
  format: Format;
}

/** A pipeline that someone has sent along may have the same id and other inputs. */
export function isGeneration({ pipeline, inputs }: Pick<JobView, 'pipeline' | 'inputs'>): boolean {
  return (
    pipeline === generationPipeline &&
    Number.isInteger(inputs.width) &&
    Number.isInteger(inputs.height) &&
    formats.some((format) => format === inputs.format)
  );
}
