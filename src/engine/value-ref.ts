import type { Json } from '@atelier/sdk';
import type { ValueRef } from './graph.js';

/** The elements of a list; null when the value is none. A list is never stored as one blob. */
export function elementsOf(ref: ValueRef): ValueRef[] | null {
  if (ref.kind === 'list') return ref.items;
  if (ref.kind !== 'inline' || !Array.isArray(ref.value)) return null;
  return (ref.value as readonly Json[]).map((value) => ({ kind: 'inline', value }));
}

/** The element that a path of positions leads to. */
export function elementAt(ref: ValueRef, path: readonly number[]): ValueRef | undefined {
  let found: ValueRef | undefined = ref;
  for (const index of path) found = found && elementsOf(found)?.[index];
  return found;
}

/**
 * JSON that is equal for equal values of comparable ports. A value is stored as a blob only when it is too big to stand in
 * place, so it never equals one that does.
 */
export function comparable(ref: ValueRef): Json {
  if (ref.kind === 'inline') return ref.value;
  return ref.kind === 'stored' ? { stored: ref.sha256 } : ref.items.map(comparable);
}
