import { Failure, type FailureRecord } from '@atelier/sdk';
import { cacheKey, type CacheKey, type KeyContext } from './cache-key.js';
import type { Catalogue, InstalledNode } from './catalogue.js';
import { GraphDraft, referencesIn } from './draft.js';
import type { Binding, Facts, Graph, GraphLoop, GraphNode } from './graph.js';
import { maxNodes, maxReferences } from './limits.js';
import { walkDepthFirst } from './order.js';
import { Reader, type NodeOutlook, type VertexOutlook } from './outlook.js';

/** What a job is looked at with. */
export interface Circumstances extends Omit<KeyContext, 'keyOf'> {
  graph: Graph;
  facts: Facts;
  catalogue: Catalogue;
  /** What nodes with a fingerprint have said; null for one that could not, whose result is then not reused. */
  fingerprints: ReadonlyMap<string, string | null>;
  /** nodes of segments that have been given out and have not ended */
  busy: ReadonlySet<string>;
}

/** The graph with every loop expanded whose list is known, and what is known of each node that an output may need. */
export interface Survey {
  graph: Graph;
  reader: Reader;
  /** each vertex after those it needs */
  order: string[];
}

/**
 * Looks at everything that the sources may need, in one pass: O(nodes + edges). Throws the failure of a job that cannot go on:
 * `too-large`, `node-failed` for a loop over what is no list, `unavailable` for a node whose plugin is gone.
 */
export function survey(sources: Iterable<Binding>, circumstances: Circumstances): Survey {
  const surveyor = new Surveyor(circumstances);
  walkDepthFirst(referencesIn(sources), {
    parentsOf: (id) => surveyor.draft.parentsOf(id),
    finish: (id) => surveyor.finish(id),
  });
  return surveyor.result();
}

class Surveyor {
  readonly draft: GraphDraft;
  private readonly reader = new Reader();
  private readonly order: string[] = [];
  private references = 0;
  /** Of the nodes with the same key, the one that is run. */
  private readonly owners = new Map<string, NodeOutlook>();
  private readonly keys: KeyContext;

  constructor(private readonly given: Circumstances) {
    this.draft = new GraphDraft(given.graph);
    const { acceleratorKind, models } = given;
    this.keys = { acceleratorKind, models, keyOf: (id) => this.keyOf(id) };
  }

  result(): Survey {
    const { draft, reader, order } = this;
    return { graph: draft.graph(), reader, order };
  }

  /** Returns what else has to be looked at before, when a loop turns into its turns. */
  finish(id: string): string[] | void {
    const node = this.draft.node(id);
    if (node) return this.add(id, this.outlookOf(node));
    const lists = this.draft.listsOf(id);
    return lists ? this.add(id, this.outlookOfLists(lists)) : this.finishLoop(this.draft.loop(id)!);
  }

  private add(id: string, vertex: VertexOutlook): void {
    this.reader.vertices.set(id, vertex);
    this.order.push(id);
  }

  private outlookOfLists(lists: Graph['lists'][string]): VertexOutlook {
    const outputs = Object.entries(lists).map(([name, list]) => [name, this.reader.prospect(list)] as const);
    return { kind: 'list', outputs: Object.fromEntries(outputs) };
  }

  private finishLoop(loop: GraphLoop): string[] | void {
    const { allowed, blame } = this.reader.allows(loop.when);
    const over = this.reader.prospect(loop.over);
    const elements = allowed && over.presence === 'sure' ? this.elementsOf(loop, over.binding) : undefined;
    if (elements) {
      this.draft.expand(loop, elements);
      return this.draft.parentsOf(loop.id);
    }
    const absent = allowed === false || over.presence === 'absent';
    this.add(loop.id, { kind: 'loop', loop, allowed, absent, blame: absent ? (blame ?? over.blame) : null });
  }

  private elementsOf(loop: GraphLoop, over: Binding): Binding[] | undefined {
    const elements = this.reader.elementsOf(over);
    const details = { nodeId: loop.id };
    if (elements === null) {
      throw new Failure('node-failed', `What ${loop.id} goes over turned out to be no list.`, details);
    }
    if (elements && !this.draft.hasRoomFor(loop, elements.length)) {
      const message = `${loop.id} would go over ${elements.length} elements; a job has at most ${maxNodes} nodes.`;
      throw new Failure('too-large', message, details);
    }
    return elements;
  }

  private outlookOf(node: GraphNode): NodeOutlook {
    const installed = this.installedNode(node);
    const { allowed, blame } = this.reader.allows(node.when);
    const { inputs, sure, decided, missing } = this.readInputs(node, installed);
    const outlook: NodeOutlook = {
      kind: 'node',
      node,
      installed,
      status: 'open',
      outputs: {},
      blame: null,
      allowed,
      inputs,
      sure: sure && node.onError === 'fail',
      key: decided ? this.keyFor(node, installed, inputs) : undefined,
      twin: null,
    };
    const fact = this.given.facts.get(node.id);
    if (allowed === false) return { ...outlook, status: 'skipped', blame };
    if (fact?.status === 'failed') return { ...outlook, status: 'failed', blame: fact.failure };
    // A result that is there needs no key of its own, but those that build on it must not wait for one.
    if (fact)
      return this.shared({ ...outlook, status: 'done', outputs: fact.outputs, key: outlook.key ?? null });
    if (missing) return { ...outlook, status: 'skipped', blame: missing.blame };
    if (allowed === undefined || outlook.key === undefined) return { ...outlook, status: 'held' };
    return this.shared(outlook);
  }

  private installedNode({ id, type, version }: GraphNode): InstalledNode {
    const installed = this.given.catalogue.node(type, version);
    if (installed) return installed;
    const message = `The node ${id} needs ${type}@${version}, which is not installed; install its plugin again.`;
    throw new Failure('unavailable', message, { nodeId: id });
  }

  private readInputs(node: GraphNode, { inputs: specs, required }: InstalledNode): ReadInputs {
    const read: ReadInputs = { inputs: {}, sure: true, decided: true, missing: null };
    for (const name of specs.keys()) {
      const given = Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined;
      const prospect = given && this.reader.prospect(given);
      if (!prospect || prospect.presence === 'absent') {
        if (required.has(name)) read.missing ??= { blame: prospect?.blame ?? null };
        continue;
      }
      read.inputs[name] = prospect.binding;
      this.count(prospect.binding, node);
      if (prospect.presence === 'likely') read.sure = false;
      if (prospect.presence === 'open' || (prospect.presence === 'likely' && !required.has(name)))
        read.decided = false;
    }
    return read;
  }

  /** Thousands of nodes that all read a list of thousands would be more than anything could hold. */
  private count(binding: Binding, { id }: GraphNode): void {
    this.references += binding.kind === 'list' ? binding.items.length : 1;
    if (this.references <= maxReferences) return;
    const message = `The inputs of the nodes come to more than ${maxReferences} values; let fewer nodes read long lists.`;
    throw new Failure('too-large', message, { nodeId: id });
  }

  private keyFor(
    node: GraphNode,
    installed: InstalledNode,
    inputs: Readonly<Record<string, Binding>>,
  ): CacheKey {
    if (!installed.description.fingerprint) return cacheKey(installed, inputs, '', this.keys);
    const fingerprint = this.given.fingerprints.get(node.id);
    return typeof fingerprint === 'string'
      ? cacheKey(installed, inputs, fingerprint, this.keys)
      : fingerprint;
  }

  private keyOf(id: string): CacheKey {
    const vertex = this.reader.vertices.get(id);
    return vertex?.kind === 'node' ? vertex.key : undefined;
  }

  /** The first of several nodes with the same key is run for all of them. */
  private shared(outlook: NodeOutlook): NodeOutlook {
    const { key, node, status } = outlook;
    if (typeof key !== 'string') return outlook;
    const owner = this.owners.get(key);
    if (!owner || (owner.status === 'open' && status === 'done')) this.owners.set(key, outlook);
    else if (status === 'open' && owner.node.onError === node.onError && !this.given.busy.has(node.id)) {
      return { ...outlook, status: 'same', twin: owner.node.id };
    }
    return outlook;
  }
}

interface ReadInputs {
  inputs: NodeOutlook['inputs'];
  /** none of them will turn out absent */
  sure: boolean;
  /**
   * It is known what they are made of. A worker may find that a node lacks a required input and skip it; what a node does
   * without an optional one is decided before it starts, because its key depends on that.
   */
  decided: boolean;
  /** a required input is absent */
  missing: { blame: FailureRecord | null } | null;
}
