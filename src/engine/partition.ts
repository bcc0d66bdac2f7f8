import { eachReference } from './binding.js';
import type { NodeOutlook, Reader } from './outlook.js';
import type { Segment } from './segment.js';

/** Where a node runs: nodes of the same place may share a segment. */
export interface Place {
  target: Segment['target'];
  /** ids, sorted */
  models: string[];
}

/** Nodes that start together, in an order in which each comes after those it needs. */
export interface Part extends Place {
  nodes: NodeOutlook[];
}

export interface Partitioning {
  reader: Reader;
  /** Null while the model is not known that a node needs. */
  placeOf(node: NodeOutlook): Place | null;
  /** nodes that are running */
  busy: ReadonlySet<string>;
  /** nodes that must be alone */
  quarantine: ReadonlySet<string>;
  /** Segments that it is worth making of independent work, at least 1: about as many as can run at the same time. */
  width: Readonly<Record<Segment['target'], number>>;
}

/** Nodes that are connected, directly or not. */
interface Component extends Place {
  group: string;
  nodes: NodeOutlook[];
}

/**
 * The parts of the demanded nodes that can start now. A node can when everything it needs is there or is made in the same place
 * by nodes that can start now; so a part is closed under what it needs, and therefore convex: no path leaves it and comes back.
 * What needs another place, or waits, is for a later plan.
 *
 * Nodes of one place that have nothing to do with one another are dealt out to at most `width` parts, largest first, each to the
 * part with the fewest nodes. O(nodes + edges), and components × log(components) for the dealing.
 */
export function partition(demanded: readonly NodeOutlook[], given: Partitioning): Part[] {
  const components = new Map<string, Component>();
  for (const outlook of demanded) {
    const component = componentOf(outlook, components, given);
    if (!component) continue;
    component.nodes.push(outlook);
    components.set(outlook.node.id, component);
  }
  const rank = new Map(demanded.map(({ node }, index) => [node.id, index]));
  const groups = new Map<string, Component[]>();
  for (const component of new Set(components.values())) {
    const group = groups.get(component.group) ?? [];
    group.push(component);
    groups.set(component.group, group);
  }
  return Array.from(groups.values()).flatMap((group) => deal(group, given.width[group[0]!.target], rank));
}

/** The component that a node becomes a part of; null when it cannot start. */
function componentOf(
  outlook: NodeOutlook,
  components: Map<string, Component>,
  given: Partitioning,
): Component | null {
  const { id } = outlook.node;
  const place = outlook.status === 'held' || given.busy.has(id) ? null : given.placeOf(outlook);
  if (!place) return null;
  const group = `${place.target} ${place.models.join(' ')}${given.quarantine.has(id) ? ` alone ${id}` : ''}`;
  const parts = new Set<Component>();
  let ready = true;
  for (const name of Object.keys(outlook.inputs)) {
    eachReference(outlook.inputs[name]!, (reference) => {
      if (given.reader.refOf(reference)) return;
      const part = components.get(reference.node);
      if (part?.group !== group) ready = false;
      else parts.add(part);
    });
  }
  if (!ready) return null;
  return merge(parts, components) ?? { target: place.target, models: place.models, group, nodes: [] };
}

/** The smaller components become parts of the largest, so that no node changes its component more than log(nodes) times. */
function merge(parts: Iterable<Component>, components: Map<string, Component>): Component | undefined {
  const [largest, ...others] = [...parts].sort((one, other) => other.nodes.length - one.nodes.length);
  for (const { nodes } of others) {
    for (const outlook of nodes) {
      largest!.nodes.push(outlook);
      components.set(outlook.node.id, largest!);
    }
  }
  return largest;
}

function deal(group: readonly Component[], width: number, rank: ReadonlyMap<string, number>): Part[] {
  const { target, models } = group[0]!;
  const parts: Part[] = Array.from({ length: Math.min(Math.max(width, 1), group.length) }, () => ({
    target,
    models,
    nodes: [],
  }));
  for (const { nodes } of group.toSorted((one, other) => other.nodes.length - one.nodes.length)) {
    const emptiest = parts.reduce((least, part) => (part.nodes.length < least.nodes.length ? part : least));
    emptiest.nodes.push(...nodes);
  }
  for (const { nodes } of parts)
    nodes.sort((one, other) => rank.get(one.node.id)! - rank.get(other.node.id)!);
  return parts;
}
