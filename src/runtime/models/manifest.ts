import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { Failure, type Json } from '@atelier/sdk';
import { canonicalJson } from '../../engine/json.js';

const relativePath = z
  .string()
  .min(1)
  .refine(
    (name) => !path.isAbsolute(name) && !name.split(/[\\/]/).includes('..'),
    'must be a path below the model',
  );
const mebibytes = z.number().min(0);
const pixels = z.int().min(1);

/** What names a model in requests, and its folder on disk. */
export const modelIdPattern = /^[a-z0-9][a-z0-9._-]{0,99}$/;

const fileSchema = z.looseObject({
  path: relativePath,
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
    .optional(),
  bytes: z.int().min(0).optional(),
  source: z.string().optional().describe('Where it can be fetched again'),
});

/** `models/<id>/model.json`. Sizes of memory are MiB, those of files bytes, those of pictures pixels. */
const manifestSchema = z.looseObject({
  id: z.string().regex(modelIdPattern, 'must be lower-case letters, digits, ., _ or -'),
  name: z.string().min(1),
  version: z.string().min(1),
  family: z.string().min(1).describe('What its files are made for; nodes say which families they take'),
  capabilities: z.array(z.string().min(1)).default([]),
  folder: z
    .string()
    .refine((folder) => path.isAbsolute(folder), 'must be an absolute path')
    .optional()
    .describe('Where its files are, when they do not lie beside the manifest'),
  files: z.array(fileSchema).min(1),
  memory: z.looseObject({
    weights: mebibytes.describe('while the model is loaded'),
    working: mebibytes.default(0).describe('beyond that while it runs, for pictures of its usual size'),
    attention: mebibytes
      .default(0)
      .describe('of that, what grows with the square of the pixels; the rest grows with the pixels'),
    parts: z.record(z.string(), mebibytes).default({}).describe('of the weights, by component'),
  }),
  limits: z
    .looseObject({
      minSize: pixels.optional(),
      maxSize: pixels.optional(),
      multipleOf: pixels.optional(),
    })
    .default({}),
  defaults: z
    .record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
    .default({})
    .describe('For inputs that a caller leaves out, by name'),
  priority: z.number().default(0).describe('Of the models that fit, the one with the highest is chosen'),
  upscale: z
    .looseObject({ scale: z.number().gt(1), model: z.string().optional() })
    .optional()
    .describe('Its pictures are to be upscaled so many times'),
  licence: z.string().optional(),
});

export type ModelManifest = z.output<typeof manifestSchema>;
export type ModelFile = ModelManifest['files'][number];

/** A model that is installed. Plain data, which goes to workers as it is. */
export interface Model {
  readonly manifest: ModelManifest;
  /** of what the manifest says, hex; where the files are has no part in it */
  readonly sha256: string;
  /** of its files */
  readonly folder: string;
  /** the folder of its manifest */
  readonly place: string;
}

/**
 * Reads the text of the `model.json` in the folder `place`.
 * @throws Failure `model-invalid` with everything that is wrong
 */
export function readManifest(text: string, place: string): Model {
  const json = parseText(text);
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Failure('model-invalid', problems.join('; '));
  }
  const said = { ...(json as { readonly [key: string]: Json }), folder: null };
  const sha256 = createHash('sha256').update(canonicalJson(said)).digest('hex');
  return { manifest: parsed.data, sha256, folder: parsed.data.folder ?? place, place };
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('model-invalid', 'It is not JSON.');
  }
}
