import type { Binding } from './graph.js';

export type Reference = Binding & { kind: 'from' };
export type Item = Binding & { kind: 'item' };

/** The bindings that a binding is made of. */
export function childrenOf(binding: Binding): readonly Binding[] {
  switch (binding.kind) {
    case 'list':
      return binding.items;
    case 'first':
      return binding.options;
    case 'guarded':
      return [...binding.when, binding.value];
    case 'not':
      return [binding.operand];
    case 'equals':
      return [binding.left, binding.right];
    default:
      return [];
  }
}

/** Calls `visit` with every reference in a binding, those that may turn out not to be needed included. */
export function eachReference(binding: Binding, visit: (reference: Reference) => void): void {
  if (binding.kind === 'from') visit(binding);
  else for (const child of childrenOf(binding)) eachReference(child, visit);
}

/** The binding with its references and items replaced; the same object when nothing changes. */
export function replaceLeaves(binding: Binding, replace: (leaf: Reference | Item) => Binding): Binding {
  const inner = (child: Binding): Binding => replaceLeaves(child, replace);
  switch (binding.kind) {
    case 'from':
    case 'item':
      return replace(binding);
    case 'list': {
      const items = mapSame(binding.items, inner);
      return items === binding.items ? binding : { kind: 'list', items };
    }
    case 'first': {
      const options = mapSame(binding.options, inner);
      return options === binding.options ? binding : { kind: 'first', options };
    }
    case 'guarded':
      return { kind: 'guarded', when: binding.when.map(inner), value: inner(binding.value) };
    case 'not':
      return { kind: 'not', operand: inner(binding.operand) };
    case 'equals':
      return { kind: 'equals', left: inner(binding.left), right: inner(binding.right) };
    default:
      return binding;
  }
}

function mapSame<Value>(values: Value[], change: (value: Value) => Value): Value[] {
  const changed = values.map(change);
  return changed.every((value, index) => value === values[index]) ? values : changed;
}

/** Whether a binding gives a value whatever happens to the nodes it refers to. */
export function isAlwaysPresent(binding: Binding): boolean {
  if (binding.kind === 'value' || binding.kind === 'item') return true;
  return binding.kind === 'first' && binding.options.some(isAlwaysPresent);
}
