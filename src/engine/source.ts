import { bindingKinds, type Json } from '@atelier/sdk';
import type { Problem } from './problem.js';

/** Where a value comes from, as a pipeline's document says it. `pointer` is the place in the document. */
export type Source = { pointer: string } & (
  | { kind: 'value'; value: Json }
  | { kind: 'input'; name: string }
  | { kind: 'from'; node: string; output: string }
  /** The element of the node's own `forEach`, or its position, counted from 0. */
  | { kind: 'item'; name: string; position: boolean }
  | { kind: 'list'; items: Source[] }
  | { kind: 'first'; options: Source[] }
  | { kind: 'not'; operand: Source }
  | { kind: 'equals'; left: Source; right: Source }
);

/**
 * Reads a binding of a document: an object with one key that is a word of `bindingKinds` is a reference, anything else the value
 * itself. `{ "item": "photo" }` is the element that the node's `forEach` calls `photo`, `{ "item": "photo.index" }` its
 * position. Null, and a problem, for a reference that is written wrongly.
 */
export function readSource(json: Json, pointer: string, problems: Problem[]): Source | null {
  const kind = referenceKind(json);
  if (kind === null) return { kind: 'value', value: json, pointer };
  const argument = (json as Record<string, Json>)[kind]!;
  const inner = `${pointer}/${kind}`;
  const malformed = (must: string): null => {
    const message = `${JSON.stringify(kind)} ${must}; to give the object itself, write { "value": … } around it.`;
    problems.push({ code: 'invalid-reference', pointer, message });
    return null;
  };
  const readAll = (items: readonly Json[]): Source[] | null => {
    const read = items.map((item, index) => readSource(item, `${inner}/${index}`, problems));
    return read.every((source) => source !== null) ? read : null;
  };

  switch (kind) {
    case 'value':
      return { kind, value: argument, pointer: inner };
    case 'input':
      return typeof argument === 'string' ? { kind, name: argument, pointer } : malformed('takes a name');
    case 'from': {
      const [, node, output] =
        typeof argument === 'string' ? (/^([^.]+)\.([^.]+)$/.exec(argument) ?? []) : [];
      if (node === undefined || output === undefined) return malformed('takes "node.output"');
      return { kind, node, output, pointer };
    }
    case 'item': {
      const [, name, index] =
        typeof argument === 'string' ? (/^([^.]+)(\.index)?$/.exec(argument) ?? []) : [];
      if (name === undefined) return malformed('takes the name of the element, or that and ".index"');
      return { kind, name, position: index !== undefined, pointer };
    }
    case 'list': {
      if (!Array.isArray(argument)) return malformed('takes an array');
      const items = readAll(argument as readonly Json[]);
      return items && { kind, items, pointer };
    }
    case 'first': {
      if (!Array.isArray(argument) || argument.length === 0)
        return malformed('takes an array that is not empty');
      const options = readAll(argument as readonly Json[]);
      return options && { kind, options, pointer };
    }
    case 'not': {
      const operand = readSource(argument, inner, problems);
      return operand && { kind, operand, pointer };
    }
    case 'equals': {
      if (!Array.isArray(argument) || argument.length !== 2) return malformed('takes an array of two');
      const [left, right] = readAll(argument as readonly Json[]) ?? [];
      return left && right ? { kind, left, right, pointer } : null;
    }
  }
}

function referenceKind(json: Json): (typeof bindingKinds)[number] | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  const [key, ...others] = Object.keys(json);
  if (key === undefined || others.length > 0) return null;
  return bindingKinds.find((kind) => kind === key) ?? null;
}

/** The sources that a source is made of, itself included. */
export function* partsOf(source: Source): Iterable<Source> {
  yield source;
  for (const child of childrenOf(source)) yield* partsOf(child);
}

function childrenOf(source: Source): readonly Source[] {
  switch (source.kind) {
    case 'list':
      return source.items;
    case 'first':
      return source.options;
    case 'not':
      return [source.operand];
    case 'equals':
      return [source.left, source.right];
    default:
      return [];
  }
}
