import { z } from 'zod';
import { bindingSchema, pipelineSchema, type bindingKinds } from './pipeline.js';
import type { Json } from './values.js';

/** Where the schema is found once the package is published. */
const id = 'https://unpkg.com/@atelier/sdk/pipeline.schema.json';

const binding = { $ref: '#/$defs/binding' };
const bindings = { type: 'array', items: binding };

const references: Record<(typeof bindingKinds)[number], Json> = {
  value: { description: 'This JSON itself, although it looks like a reference' },
  input: { type: 'string', description: 'The name of an input of the pipeline' },
  from: { type: 'string', pattern: '^[^.]+\\.[^.]+$', description: 'An output of a node: "node.output"' },
  item: { type: 'string', description: 'The name of the current element of a forEach' },
  list: { ...bindings, description: 'A list of values, each with its own source' },
  first: { ...bindings, minItems: 1, description: 'The first of these that is present' },
  not: { ...binding, description: 'True when this is false' },
  equals: { ...bindings, minItems: 2, maxItems: 2, description: 'True when both are the same' },
};

/** JSON Schema (draft 2020-12) of a pipeline's file, as editors use it. */
export function pipelineJsonSchema(): Json {
  const schema = z.toJSONSchema(pipelineSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: target }) => {
      if (zodSchema === bindingSchema) Object.assign(target, bindingJsonSchema());
    },
  });
  return { $id: id, title: 'Atelier pipeline', ...(schema as Record<string, Json>) };
}

/** Any JSON is a value, so the references are listed for completion and not to refuse anything else. */
function bindingJsonSchema(): Record<string, Json> {
  const options = Object.entries(references).map(([kind, schema]) => ({
    type: 'object',
    properties: { [kind]: schema },
    required: [kind],
    additionalProperties: false,
  }));
  return {
    description: 'A value, or an object with one key that says where the value comes from',
    anyOf: [...options, true],
  };
}
