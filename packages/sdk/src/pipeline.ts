import { z } from 'zod';
import { anyJson, portSpecSchema } from './port-schema.js';

/**
 * Where a value comes from. An object with exactly one of these keys is a reference; any other JSON is the value itself,
 * and `{ "value": … }` says so for an object that would look like a reference.
 */
export const bindingKinds = ['value', 'input', 'from', 'item', 'list', 'first', 'not', 'equals'] as const;

/** JSON in which `bindingKinds` may occur; the engine says what is wrong with one. */
export const bindingSchema = anyJson.meta({ id: 'binding' });

const name = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/, 'must be a letter, then at most 63 letters, digits, _ or -');

const nodeSchema = z.strictObject({
  use: z
    .string()
    .min(1)
    .describe('A node type (`plugin.node` or `plugin.node@version`) or the id of a pipeline'),
  title: z.string().optional().describe('The name shown beside its progress'),
  with: z
    .record(z.string(), bindingSchema)
    .default({})
    .describe('Input name → its value or where that comes from'),
  when: bindingSchema
    .optional()
    .describe('The node runs only if this is true: { input }, { from }, { not: … } or { equals: [a, b] }'),
  forEach: z
    .strictObject({
      of: bindingSchema.describe('The list: { input }, { from } or { list: [...] }'),
      as: name.default('item').describe('The name by which { item } knows the element'),
    })
    .optional()
    .describe('Runs the node once for each element of a list; each of its outputs becomes a list'),
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(10).describe('How often it is run at most, the first time included'),
      delayMs: z.int().min(0).max(600_000).default(0).describe('Milliseconds between two attempts'),
    })
    .optional(),
  timeoutMs: z
    .int()
    .min(1)
    .max(86_400_000)
    .optional()
    .describe('Milliseconds that one attempt may take; 600 000 unless given'),
  onError: z
    .enum(['fail', 'continue'])
    .default('fail')
    .describe('`continue`: when the node fails its outputs are absent and the job goes on'),
});

const toolSchema = z.strictObject({
  category: z.string().min(1),
  makes: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a lower-case word, such as logo')
    .optional()
    .describe('What a result is, such as logo; image, video, audio or file unless given'),
  credits: z.int().min(0).describe('The price of one job'),
  description: z.string().min(1),
  examples: z.array(z.strictObject({ title: z.string(), inputs: z.record(z.string(), anyJson) })).optional(),
});

/** What a pipeline's JSON file holds. The engine checks what lies between its parts: names, types, cycles. */
export const pipelineSchema = z.strictObject({
  $schema: z.string().optional().describe('The address of this schema, for editors'),
  id: z
    .string()
    .regex(
      /^[a-z][a-z0-9_-]{0,63}$/,
      'must be a lower-case letter, then at most 63 lower-case letters, digits, _ or -',
    )
    .describe('The name by which it is run and by which other pipelines use it'),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.0.0')
    .describe('A version such as 1.0.0'),
  title: z.string().min(1).max(200),
  description: z.string().max(4000).optional(),
  tool: toolSchema.optional().describe('Publishes the pipeline as a tool'),
  inputs: z.record(name, portSpecSchema).default({}).describe('Input name → its declaration'),
  nodes: z.record(name, nodeSchema).describe('Node name → the node'),
  outputs: z
    .record(name, bindingSchema)
    .refine((outputs) => Object.keys(outputs).length > 0, 'must name at least one output')
    .describe('Output name → { from: "node.output" }, { first: [...] } or { list: [...] }'),
});

/** A pipeline as its JSON file holds it. */
export type PipelineDocument = z.output<typeof pipelineSchema>;
export type PipelineNode = z.output<typeof nodeSchema>;
