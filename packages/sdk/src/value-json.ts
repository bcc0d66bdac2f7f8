import type { PortSpec } from './ports.js';
import { parseSeed, seedToJson } from './seed.js';
import type { Json } from './values.js';

/** Whether a port's values can be written as JSON. Pixels and tensors cannot; `encodeValue` writes them. */
export function hasJsonForm(spec: PortSpec): boolean {
  if (spec.type === 'list') return hasJsonForm(spec.items);
  return !['image', 'mask', 'latents', 'conditioning'].includes(spec.type);
}

/** The JSON of a value that fits its port: a seed as `seedToJson` writes it, everything else as it is. */
export function valueToJson(spec: PortSpec, value: unknown): Json | undefined {
  if (!hasJsonForm(spec)) return undefined;
  if (spec.type === 'seed') return seedToJson(value as bigint);
  if (spec.type !== 'list') return value as Json;
  return (value as unknown[]).map((item) => valueToJson(spec.items, item) as Json);
}

/** The value that `valueToJson` was given. */
export function valueFromJson(spec: PortSpec, json: Json): unknown {
  if (spec.type === 'seed') return parseSeed(json);
  if (spec.type === 'list') return (json as readonly Json[]).map((item) => valueFromJson(spec.items, item));
  return json;
}
