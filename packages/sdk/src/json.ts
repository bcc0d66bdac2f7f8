import type { Json } from './values.js';

/** How deep JSON and encoded values may nest. Deeper ones are mistakes (a cycle) or attacks on the stack. */
export const maxDepth = 100;

/** Something that is wrong at one place of a JSON value. */
export interface JsonProblem {
  /** JSON pointer from the value's root: '' is the root itself */
  pointer: string;
  /** completes a sentence that begins with the name of the value, such as 'must be a whole number' */
  message: string;
}

/** An object literal or one without a prototype, of this realm or another; no array and no instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The JSON pointer (RFC 6901) of a property or an element. */
export function pointerTo(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A value's kind, as a sentence names it. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return isPlainObject(value) ? 'an object' : 'an instance of a class';
  if (typeof value === 'string') return 'text';
  return `a ${typeof value}`;
}

/** What keeps a value from being JSON that survives `JSON.stringify` and is safe to merge into other objects. */
export function jsonProblem(value: unknown, pointer = '', depth = 0): JsonProblem | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : { pointer, message: 'must be a finite number' };
  }
  if (depth === maxDepth) return { pointer, message: `must not be nested deeper than ${maxDepth} levels` };
  if (Array.isArray(value)) return firstProblem(Array.from(value.entries()), pointer, depth);
  if (!isPlainObject(value)) return { pointer, message: `must be JSON, not ${kindOf(value)}` };
  if (Object.hasOwn(value, '__proto__')) return { pointer, message: 'must not have a key named __proto__' };
  return firstProblem(Object.entries(value), pointer, depth);
}

export function isJson(value: unknown): value is Json {
  return jsonProblem(value) === undefined;
}

function firstProblem(
  entries: [string | number, unknown][],
  pointer: string,
  depth: number,
): JsonProblem | undefined {
  for (const [key, value] of entries) {
    const problem = jsonProblem(value, pointerTo(pointer, key), depth + 1);
    if (problem) return problem;
  }
  return undefined;
}
