import type { FailureRecord, Json } from '@atelier/sdk';
import type { Reference } from './binding.js';
import type { CacheKey } from './cache-key.js';
import type { InstalledNode } from './catalogue.js';
import type { Binding, GraphLoop, GraphNode, ValueRef } from './graph.js';
import { sameJson } from './json.js';
import { comparable, elementAt, elementsOf } from './value-ref.js';

/**
 * What is known of a binding.
 *
 * - `sure`: there will be a value, unless the job fails
 * - `likely`: there will be one unless the node that gives it is skipped, fails or leaves it out
 * - `open`: not even what it is made of is known: which of several comes first, which elements a list has, whether a condition
 *   holds
 * - `absent`: there will be none
 */
export interface Prospect {
  presence: 'sure' | 'likely' | 'open' | 'absent';
  /** The binding with every `first` decided, nothing absent in its lists and repeated nodes replaced by the one that runs. */
  binding: Binding;
  /** A failure that is the reason why it is absent, or why a list has no element left. */
  blame: FailureRecord | null;
}

/** What is known of a node. */
export interface NodeOutlook {
  kind: 'node';
  node: GraphNode;
  installed: InstalledNode;
  /**
   * `held`: it cannot be run yet, for want of a condition, a fingerprint or the make-up of an input.
   * `same`: another node of the job does the same, so this one takes its results.
   */
  status: 'done' | 'failed' | 'skipped' | 'same' | 'held' | 'open';
  outputs: Readonly<Record<string, ValueRef>>;
  blame: FailureRecord | null;
  /** Its conditions: undefined when they are not all known and none is false. */
  allowed: boolean | undefined;
  /** the inputs that are not absent */
  inputs: Record<string, Binding>;
  /** Once it runs its outputs will be there, unless the job fails. */
  sure: boolean;
  key: CacheKey;
  /** for `same`: the node that is run */
  twin: string | null;
}

export type VertexOutlook =
  | NodeOutlook
  /** An expanded loop. */
  | { kind: 'list'; outputs: Record<string, Prospect> }
  /** A loop that is not expanded: because nothing comes of it, or because its list or condition is not known yet. */
  | {
      kind: 'loop';
      loop: GraphLoop;
      allowed: boolean | undefined;
      absent: boolean;
      blame: FailureRecord | null;
    };

const nothing: Prospect = { presence: 'absent', binding: { kind: 'absent' }, blame: null };

/** Reads bindings in the light of what is known of the nodes they refer to. */
export class Reader {
  readonly vertices = new Map<string, VertexOutlook>();

  prospect(binding: Binding): Prospect {
    switch (binding.kind) {
      case 'value':
        return { presence: 'sure', binding, blame: null };
      case 'absent':
        return nothing;
      case 'from':
        return this.ofReference(binding);
      case 'list':
        return this.ofList(binding.items);
      case 'first':
        return this.ofFirst(binding.options);
      case 'guarded': {
        const { allowed, blame } = this.allows(binding.when);
        if (allowed === false) return { ...nothing, blame };
        return allowed ? this.prospect(binding.value) : { presence: 'open', binding, blame: null };
      }
      default:
        throw new TypeError(`A binding of the kind ${binding.kind} has no value of its own.`);
    }
  }

  private ofReference(binding: Reference): Prospect {
    const vertex = this.vertices.get(binding.node);
    if (!vertex) throw new TypeError(`The graph has no node ${binding.node}.`);
    if (vertex.kind === 'list') return vertex.outputs[binding.output]!;
    if (vertex.kind === 'loop') {
      return { presence: vertex.absent ? 'absent' : 'open', binding, blame: vertex.blame };
    }
    switch (vertex.status) {
      case 'same':
        return this.ofReference({ ...binding, node: vertex.twin! });
      case 'failed':
      case 'skipped':
        return { presence: 'absent', binding, blame: vertex.blame };
      case 'done':
        if (this.refOf(binding)) return { presence: 'sure', binding, blame: null };
        if (isOptional(vertex, binding.output)) return nothing;
        break;
    }
    // What comes of a held node may depend on a condition, so nothing that builds on it may be taken from a cache.
    if (vertex.status === 'held' || binding.at) return { presence: 'open', binding, blame: null };
    const sure = vertex.sure && !isOptional(vertex, binding.output);
    return { presence: sure ? 'sure' : 'likely', binding, blame: null };
  }

  private ofList(items: readonly Binding[]): Prospect {
    const present: Binding[] = [];
    let presence: Prospect['presence'] = 'sure';
    let blame: FailureRecord | null = null;
    for (const item of items) {
      const prospect = this.prospect(item);
      if (prospect.presence === 'absent') blame ??= prospect.blame;
      else present.push(prospect.binding);
      if (prospect.presence === 'likely' || prospect.presence === 'open') presence = 'open';
    }
    return {
      presence,
      binding: { kind: 'list', items: present },
      blame: present.length === 0 ? blame : null,
    };
  }

  private ofFirst(options: readonly Binding[]): Prospect {
    let blame: FailureRecord | null = null;
    for (const [index, option] of options.entries()) {
      const prospect = this.prospect(option);
      if (prospect.presence === 'absent') blame ??= prospect.blame;
      else if (prospect.presence === 'likely' && index < options.length - 1)
        return { ...prospect, presence: 'open' };
      else return prospect;
    }
    return { ...nothing, blame };
  }

  /** The value of a binding that is not absent; undefined while a node has yet to give it. */
  refOf(binding: Binding): ValueRef | undefined {
    if (binding.kind === 'value') return { kind: 'inline', value: binding.value };
    if (binding.kind === 'list') {
      const items: ValueRef[] = [];
      for (const item of binding.items) {
        const ref = this.refOf(item);
        if (!ref) return undefined;
        items.push(ref);
      }
      return { kind: 'list', items };
    }
    if (binding.kind !== 'from') return undefined;
    const vertex = this.vertices.get(binding.node);
    if (vertex?.kind !== 'node' || vertex.status !== 'done') return undefined;
    const ref = Object.hasOwn(vertex.outputs, binding.output) ? vertex.outputs[binding.output] : undefined;
    return ref && binding.at ? elementAt(ref, binding.at) : ref;
  }

  /** The elements of a list as bindings; undefined while they are not known, null when the value is no list. */
  elementsOf(list: Binding): Binding[] | null | undefined {
    if (list.kind === 'list') return list.items;
    if (list.kind === 'value') {
      if (!Array.isArray(list.value)) return null;
      return (list.value as readonly Json[]).map((value) => ({ kind: 'value', value }));
    }
    const ref = this.refOf(list);
    if (!ref || list.kind !== 'from') return undefined;
    return elementsOf(ref)?.map((_, index) => ({ ...list, at: [...(list.at ?? []), index] })) ?? null;
  }

  /** Whether all conditions hold; undefined while that is open. Something absent keeps a condition from holding. */
  allows(conditions: readonly Binding[]): { allowed: boolean | undefined; blame: FailureRecord | null } {
    let allowed: boolean | undefined = true;
    for (const condition of conditions) {
      const found = this.valueOf(condition);
      if (found === undefined) allowed = undefined;
      else if ('blame' in found) return { allowed: false, blame: found.blame };
      else if (found.value !== true) return { allowed: false, blame: null };
    }
    return { allowed, blame: null };
  }

  /** What a condition, or a part of it, comes to; undefined while that is open, a blame when it is absent. */
  private valueOf(binding: Binding): { value: Json } | { blame: FailureRecord | null } | undefined {
    if (binding.kind === 'not') {
      const operand = this.valueOf(binding.operand);
      return operand && 'value' in operand ? { value: operand.value !== true } : operand;
    }
    if (binding.kind === 'equals') {
      const left = this.valueOf(binding.left);
      const right = this.valueOf(binding.right);
      if (left && 'blame' in left) return left;
      if (right && 'blame' in right) return right;
      return left && right && { value: sameJson(left.value, right.value) };
    }
    const { presence, binding: decided, blame } = this.prospect(binding);
    if (presence === 'absent') return { blame };
    const ref = presence === 'open' ? undefined : this.refOf(decided);
    return ref && { value: comparable(ref) };
  }
}

/** Whether a node may leave an output out. */
export function isOptional({ installed }: NodeOutlook, output: string): boolean {
  return installed.outputs.get(output)?.optional === true;
}

/** Whether a node's failure ends the job. What the machine lacks, every other node would lack as well. */
export function isFatal(node: GraphNode, { code }: FailureRecord): boolean {
  return node.onError === 'fail' || code === 'out-of-memory' || code === 'storage-full';
}
