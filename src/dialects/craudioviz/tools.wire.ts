import { z } from 'zod';
import type { ToolView } from '../../server/tools/tools.service.js';
import { jsonSchema } from './wire.js';

export const toolSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    category: z.string(),
    credits_per_use: z.int(),
    description: z.string(),
    input_schema: z.record(z.string(), jsonSchema).describe('JSON Schema'),
    outputs: z.record(z.string(), z.unknown()).describe('What each output carries'),
    examples: z.array(z.object({ title: z.string(), inputs: z.record(z.string(), jsonSchema) })),
  })
  .meta({ id: 'Tool' });

export const toolListSchema = z.object({ tools: z.array(toolSchema) });

export function toTool(tool: ToolView): z.output<typeof toolSchema> {
  return {
    id: tool.id,
    name: tool.title,
    category: tool.category,
    credits_per_use: tool.credits,
    description: tool.description,
    input_schema: tool.inputSchema,
    outputs: tool.outputs,
    examples: tool.examples,
  };
}
