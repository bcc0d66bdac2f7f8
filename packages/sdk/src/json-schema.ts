import { isRequired, writtenDefault } from './defaults.js';
import { acceptedMediaTypes } from './media-types.js';
import type { PortSpec } from './ports.js';
import { longestText } from './scalars.js';
import type { Json } from './values.js';

type JsonSchema = Record<string, Json>;

/** What the id of a stored file looks like in a request. */
export const fileIdPattern = '^[A-Za-z0-9_-]{1,128}$';

/**
 * JSON Schema (draft 2020-12) of inputs as a request gives them: image, mask, video, audio and file as the id of a stored file
 * (`format: file-id`), a model as its id. Latents and conditioning cannot be given, so no value fits them.
 */
export function inputSchema(inputs: Readonly<Record<string, PortSpec>>): JsonSchema {
  const ports = Object.entries(inputs);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: Object.fromEntries(ports.map(([name, spec]) => [name, portSchema(spec)])),
    required: ports.filter(([, spec]) => isRequired(spec)).map(([name]) => name),
    additionalProperties: false,
  };
}

function portSchema(spec: PortSpec): JsonSchema {
  return withoutAbsent({
    title: spec.title,
    description: spec.description,
    ...valueSchema(spec),
    default: writtenDefault(spec),
  });
}

function valueSchema(spec: PortSpec): Record<string, Json | undefined> {
  switch (spec.type) {
    case 'string':
    case 'text':
      return {
        type: 'string',
        minLength: spec.minLength,
        maxLength: Number.isFinite(longestText(spec)) ? longestText(spec) : undefined,
        pattern: spec.pattern,
      };
    case 'integer':
    case 'number':
      return { type: spec.type, minimum: spec.min, maximum: spec.max };
    case 'seed':
      return {
        anyOf: [
          { type: 'integer', minimum: -1 },
          { type: 'string', pattern: '^(-1|[0-9]{1,20})$' },
        ],
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'enum':
      return { type: 'string', enum: spec.values };
    case 'colour':
      return { type: 'string', pattern: '^#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})$' };
    case 'model':
      return { type: 'string', minLength: 1, maxLength: 200 };
    case 'json':
      return {};
    case 'list':
      return {
        type: 'array',
        items: portSchema(spec.items),
        minItems: spec.minItems,
        maxItems: spec.maxItems,
      };
    case 'latents':
    case 'conditioning':
      return { not: {} };
    default:
      return fileSchema(spec);
  }
}

function fileSchema(spec: PortSpec): Record<string, Json | undefined> {
  const types = acceptedMediaTypes(spec)!;
  const kind = types.includes('*/*') ? 'a file' : `a file of type ${types.join(' or ')}`;
  const said = spec.description ? `${spec.description} (the id of ${kind})` : `The id of ${kind}.`;
  return { type: 'string', format: 'file-id', pattern: fileIdPattern, description: said };
}

function withoutAbsent(schema: Record<string, Json | undefined>): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
