import type { Json, PortSpec } from '@atelier/sdk';

/** The port takes a seed, or a list of them. */
export function takesSeed(spec: PortSpec): boolean {
  return spec.type === 'list' ? takesSeed(spec.items) : spec.type === 'seed';
}

const fileTypes: readonly PortSpec['type'][] = ['file', 'image', 'mask', 'video', 'audio'];

/** A request gives the id of a file to this port, or a list of them: whose file that may be, only the host can tell. */
export function takesFile(spec: PortSpec): boolean {
  return spec.type === 'list' ? takesFile(spec.items) : fileTypes.includes(spec.type);
}

const anyLetters: readonly string[] = ['a', 'e', 'i', 'o', 'u'];

/** 0 for what is no list, 1 for a list, 2 for a list of lists … */
export function listDepth(spec: PortSpec): number {
  return spec.type === 'list' ? 1 + listDepth(spec.items) : 0;
}

/** A port's type as a sentence names it, such as “a list of image”. */
export function typeName(spec: PortSpec): string {
  const name = bareTypeName(spec);
  return `${anyLetters.includes(name[0]!) ? 'an' : 'a'} ${name}`;
}

function bareTypeName(spec: PortSpec): string {
  return spec.type === 'list' ? `list of ${bareTypeName(spec.items)}` : spec.type;
}

/** The declaration that a value of a document would fit, for outputs that are written as a value. */
export function specOfValue(value: Json): PortSpec {
  switch (typeof value) {
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: Number.isInteger(value) ? 'integer' : 'number' };
    case 'string':
      return { type: value.includes('\n') ? 'text' : 'string' };
    default:
      return Array.isArray(value)
        ? { type: 'list', items: specOfItems(value as readonly Json[]) }
        : { type: 'json' };
  }
}

/** The declaration that all of several values would fit. */
export function specOfItems(values: readonly Json[]): PortSpec {
  const specs = values.map(specOfValue);
  const [first] = specs;
  if (!first) return { type: 'json' };
  if (specs.every((spec) => typeName(spec) === typeName(first))) return first;
  const types = new Set(specs.map((spec) => spec.type));
  if ([...types].every((type) => type === 'integer' || type === 'number')) return { type: 'number' };
  return [...types].every((type) => type === 'string' || type === 'text')
    ? { type: 'text' }
    : { type: 'json' };
}

const comparable: readonly PortSpec['type'][] = [
  'string',
  'text',
  'integer',
  'seed',
  'number',
  'boolean',
  'enum',
  'colour',
  'json',
  'model',
];

/** Values of this port can be told apart by looking at their JSON. */
export function isComparable(spec: PortSpec): boolean {
  return spec.type === 'list' ? isComparable(spec.items) : comparable.includes(spec.type);
}
