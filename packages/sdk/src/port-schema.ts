import { z } from 'zod';
import { Failure } from './failure.js';
import { writtenDefault } from './defaults.js';
import { isJson } from './json.js';
import { checkLiteral } from './literals.js';
import { mediaTypePattern } from './media-types.js';
import type { PortSpec } from './ports.js';
import { compilePattern, maxPatternLength } from './text-pattern.js';
import type { Json } from './values.js';

/** JSON of any kind, nested at most 100 levels and without the key `__proto__`. */
export const anyJson = z.custom<Json>(
  isJson,
  'must be JSON, nested at most 100 levels deep and without a key named __proto__',
);

const common = {
  title: z.string().optional().describe('The name that a form shows'),
  description: z.string().optional(),
  optional: z.literal(true).optional().describe('The value may be left out and is then absent'),
};
const modelled = {
  ...common,
  defaultOf: z
    .string()
    .optional()
    .describe('A model input of the pipeline: what its model has under this name comes before the default'),
};
const count = z.int().min(0);
const texts = {
  ...modelled,
  minLength: count.optional().describe('Characters, inclusive'),
  maxLength: count.optional().describe('Characters, inclusive'),
  pattern: z
    .string()
    .max(maxPatternLength)
    .optional()
    .describe(
      'A regular expression as in JSON Schema, without look-around and back references; it may match anywhere, so hold it with ^ and $',
    ),
  default: z.string().optional(),
};

const specSchema: z.ZodType<PortSpec> = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.enum(['image', 'mask', 'video', 'audio', 'latents', 'conditioning']), ...common })
    .describe('A picture, a mask, a video, a sound or what only nodes make: latents and conditioning'),
  z
    .strictObject({
      type: z.literal('model'),
      ...common,
      families: z.array(z.string().min(1)).optional().describe('The model must be of one of these'),
      capabilities: z.array(z.string().min(1)).optional().describe('The model must have all of these'),
      default: z
        .string()
        .optional()
        .describe('The id of a model; auto: one that fits is chosen when the job is submitted'),
    })
    .describe('A model of the catalogue'),
  z.strictObject({ type: z.literal('string'), ...texts }).describe('One line of text'),
  z.strictObject({ type: z.literal('text'), ...texts }).describe('Several lines of text'),
  z
    .strictObject({
      type: z.literal('integer'),
      ...modelled,
      min: z.int().optional().describe('Inclusive'),
      max: z.int().optional().describe('Inclusive'),
      default: z.int().optional(),
    })
    .describe('A whole number within ±(2^53 − 1)'),
  z
    .strictObject({
      type: z.literal('seed'),
      ...common,
      default: z.union([z.int(), z.string()]).optional().describe('-1: drawn when the job is submitted'),
    })
    .describe('A 64-bit number that makes a result repeatable; large ones as a decimal string'),
  z
    .strictObject({
      type: z.literal('number'),
      ...modelled,
      min: z.number().optional().describe('Inclusive'),
      max: z.number().optional().describe('Inclusive'),
      default: z.number().optional(),
    })
    .describe('A number'),
  z
    .strictObject({ type: z.literal('boolean'), ...common, default: z.boolean().optional() })
    .describe('true or false'),
  z
    .strictObject({
      type: z.literal('enum'),
      ...modelled,
      values: z.array(z.string().min(1)).min(1).describe('The choices'),
      default: z.string().optional(),
    })
    .describe('One of several words'),
  z
    .strictObject({ type: z.literal('colour'), ...common, default: z.string().optional() })
    .describe('#rrggbb or #rrggbbaa'),
  z
    .strictObject({
      type: z.literal('file'),
      ...common,
      accept: z
        .array(z.string().regex(mediaTypePattern, 'must be a media type such as image/png or image/*'))
        .min(1)
        .optional()
        .describe('Media types such as image/png or image/*'),
    })
    .describe('A stored file'),
  z.strictObject({ type: z.literal('json'), ...common, default: anyJson.optional() }).describe('Any JSON'),
  z
    .strictObject({
      type: z.literal('list'),
      ...common,
      items: z.lazy(() => portSpecSchema).describe('What each element is'),
      minItems: count.optional().describe('Inclusive'),
      maxItems: count.optional().describe('Inclusive'),
    })
    .describe('A list of values of one type'),
]);

/** The declaration of a port: of a node's input or output, or of a pipeline's input. */
export const portSpecSchema: z.ZodType<PortSpec> = specSchema
  .superRefine((spec, context) => {
    for (const [path, message] of contradictions(spec)) context.addIssue({ code: 'custom', path, message });
  })
  .meta({ id: 'port' });

type Contradiction = [path: string[], message: string];

/** What no value could fit, and what would fail once the default is used. */
function contradictions(spec: PortSpec): Contradiction[] {
  const found = [...contradictoryBounds(spec), ...contradictoryParts(spec)];
  const value = writtenDefault(spec);
  if (found.length > 0 || value === undefined) return found;
  if (spec.optional)
    return [[['default'], 'must be left out of an optional port, whose value may be absent']];
  const checked = checkLiteral(spec, value);
  return 'value' in checked ? [] : [[['default'], checked.problem]];
}

function contradictoryBounds(spec: PortSpec): Contradiction[] {
  const bounds = spec as { [bound in (typeof pairs)[number][number]]?: number };
  return pairs
    .filter(([least, most]) => (bounds[least] ?? -Infinity) > (bounds[most] ?? Infinity))
    .map(([least, most]) => [[least], `must not be above ${most}`]);
}

const pairs = [
  ['min', 'max'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
] as const;

function contradictoryParts(spec: PortSpec): Contradiction[] {
  if (spec.type === 'enum' && new Set(spec.values).size < spec.values.length) {
    return [[['values'], 'must not list a word twice']];
  }
  if ('pattern' in spec && spec.pattern !== undefined) {
    const problem = patternProblem(spec.pattern);
    return problem === undefined ? [] : [[['pattern'], problem]];
  }
  if (spec.type !== 'list') return [];
  const { items } = spec;
  if (items.optional) return [[['items'], 'must not be optional; make the list itself optional']];
  return writtenDefault(items) === undefined ? [] : [[['items'], 'must not have a default']];
}

function patternProblem(pattern: string): string | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    if (Failure.is(error)) return error.message;
    throw error;
  }
}
