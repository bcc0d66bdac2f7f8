import { hash } from 'node:crypto';
import type { Json } from '@atelier/sdk';
import type { Binding } from './graph.js';
import type { NodeOutlook, Reader } from './outlook.js';
import type { Part, Place } from './partition.js';
import { evaluate } from './quantity.js';
import { overlap, type Segment, type SegmentBinding, type SegmentNode } from './segment.js';

export interface SegmentDefaults {
  jobId: string;
  /** Different for each try, so that the id of a segment that was lost with its worker is never used again. */
  attempt: number;
  /** for nodes that do not say how long they may take */
  timeoutMs: number;
}

/** Where a node runs; null while a model that it needs is chosen by a node that has not run. */
export function placeOf({ installed, inputs }: NodeOutlook, reader: Reader): Place | null {
  const { needs } = installed.description;
  const models = new Set<string>();
  for (const name of needs.models ?? []) {
    const binding = inputs[name];
    if (!binding) continue;
    const ref = reader.refOf(binding);
    if (!ref) return null;
    for (const id of modelIds(ref.kind === 'inline' ? ref.value : null)) models.add(id);
  }
  return { target: needs.device === 'gpu' ? 'accelerator' : 'host', models: [...models].sort() };
}

/** A model is written as its id and passed on as `{ id, sha256 }`. */
function modelIds(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(modelIds);
  const id = (value as { readonly id?: Json } | null)?.id;
  return typeof id === 'string' ? [id] : [];
}

/** Makes of a part what a worker is told. */
export function segmentOf(
  part: Part,
  reader: Reader,
  exportsOf: (node: NodeOutlook) => string[],
  { jobId, attempt, timeoutMs }: SegmentDefaults,
): Segment {
  const { target, models, nodes } = part;
  const digest = hash('sha256', JSON.stringify([attempt, ...nodes.map(({ node }) => node.id)]));
  return {
    id: `${jobId}-${digest.slice(0, 20)}`,
    jobId,
    target,
    models,
    turns: false,
    workingMiB: workingMiB(part, reader),
    nodes: nodes.map((outlook): SegmentNode => {
      const { id, type, version, retry, onError, timeoutMs: own } = outlook.node;
      const cacheKey = outlook.key ?? null;
      const inputs = Object.entries(outlook.inputs).map(([name, binding]) => [
        name,
        segmentBinding(binding, reader),
      ]);
      return {
        id,
        type,
        version,
        inputs: Object.fromEntries(inputs) as SegmentNode['inputs'],
        cacheKey,
        exports: exportsOf(outlook),
        retry,
        timeoutMs: own ?? timeoutMs,
        onError,
      };
    }),
  };
}

function segmentBinding(binding: Binding, reader: Reader): SegmentBinding {
  const ref = reader.refOf(binding);
  if (ref) return { kind: 'ref', ref };
  if (binding.kind === 'list')
    return { kind: 'list', items: binding.items.map((item) => segmentBinding(item, reader)) };
  if (binding.kind !== 'from') throw new TypeError(`A ${binding.kind} cannot be shipped to a worker.`);
  return { kind: 'local', node: binding.node, output: binding.output };
}

/**
 * Memory beyond the models' own, in MiB: the most that nodes which run at the same time can need. No two nodes of a chain, each of
 * which needs the one before, ever do; so of each chain its largest node counts, and of the chains as many as may overlap.
 */
function workingMiB({ target, nodes }: Part, reader: Reader): number {
  const chains: number[] = [];
  const chainEndingIn = new Map<string, number>();
  for (const outlook of nodes) {
    const before = Object.values(outlook.inputs).find(
      (input) => input.kind === 'from' && chainEndingIn.has(input.node),
    );
    let chain = chains.length;
    if (before?.kind === 'from') {
      chain = chainEndingIn.get(before.node)!;
      chainEndingIn.delete(before.node);
    }
    chainEndingIn.set(outlook.node.id, chain);
    chains[chain] = Math.max(chains[chain] ?? 0, workingMiBOf(outlook, reader));
  }
  const largest = chains.sort((one, other) => other - one).slice(0, overlap[target]);
  return largest.reduce((sum, mib) => sum + mib, 0);
}

function workingMiBOf({ installed, inputs }: NodeOutlook, reader: Reader): number {
  const { workingMiB: quantity } = installed.description.needs;
  if (quantity === undefined) return 0;
  const amount = evaluate(quantity, installed, (input) => {
    const binding = inputs[input];
    if (!binding) return 'left out';
    const ref = reader.refOf(binding);
    return ref?.kind === 'inline' && typeof ref.value === 'number' ? ref.value : 'unknown';
  });
  return Math.max(0, amount);
}
