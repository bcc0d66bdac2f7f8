import { z } from 'zod';
import { Failure } from '@atelier/sdk';
import { looseKey } from './loose-key.js';

const text = z.string().trim().min(1).max(1000);

/** `styles/<id>.json` */
const styleSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and -'),
  name: text,
  description: text,
  parameters: z.strictObject({ artistic_style: text, color_scheme: text, lighting: text }),
  prompt: text.describe('What is added to the prompt of a picture in this style'),
  negative_prompt: text.optional().describe('What such a picture is kept away from'),
  aliases: z.array(text).max(100).default([]).describe('What else the style is called'),
  preview: z
    .strictObject({ prompt: text, seed: z.int().min(0) })
    .optional()
    .describe('What its preview shows; the style itself is added'),
});

export type StyleFile = z.output<typeof styleSchema>;

/** A style that pictures can be asked for in. */
export interface Style extends StyleFile {
  /** as `looseKey` has them: its id, name and aliases */
  keys: readonly string[];
  /** a JPEG on disk; null while there is none */
  previewPath: string | null;
}

/** @throws Failure `invalid-input` with everything that is wrong with the file */
export function readStyle(content: string, id: string): StyleFile {
  const parsed = styleSchema.safeParse(jsonOf(content));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
    );
    throw new Failure('invalid-input', problems.join('; '));
  }
  if (parsed.data.id === id) return parsed.data;
  throw new Failure('invalid-input', `a file is named after the id of its style, ${parsed.data.id}.json`);
}

export function keysOf({ id, name, aliases }: StyleFile): string[] {
  return [...new Set([id, name, ...aliases].map(looseKey))];
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new Failure('invalid-input', 'it is not JSON');
  }
}
