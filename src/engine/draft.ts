import { eachReference } from './binding.js';
import { expandLoop, isInside, turnSize } from './expand.js';
import type { Binding, Graph, GraphLoop, GraphNode } from './graph.js';
import { maxNodes } from './limits.js';

/** A graph while its loops are expanded. */
export class GraphDraft {
  private readonly nodes: Map<string, GraphNode>;
  private readonly loops: Map<string, GraphLoop>;
  private readonly lists: Map<string, Graph['lists'][string]>;
  private size: number;
  private changed = false;

  constructor(private readonly original: Graph) {
    this.nodes = mapOf(original.nodes);
    this.loops = mapOf(original.loops);
    this.lists = mapOf(original.lists);
    this.size = turnSize(original);
  }

  node(id: string): GraphNode | undefined {
    return this.nodes.get(id);
  }

  /** What an expanded loop gives. */
  listsOf(id: string): Graph['lists'][string] | undefined {
    return this.lists.get(id);
  }

  loop(id: string): GraphLoop | undefined {
    return this.loops.get(id);
  }

  /** What something in the graph refers to; for a loop also what its turns will. */
  parentsOf(id: string): string[] {
    const node = this.nodes.get(id);
    if (node) return referencesIn(bindingsOfNode(node));
    const lists = this.lists.get(id);
    if (lists) return referencesIn(Object.values(lists));
    const loop = this.loops.get(id);
    return loop ? referencesIn(bindingsOfLoop(loop)).filter((parent) => !isInside(parent, id)) : [];
  }

  hasRoomFor(loop: GraphLoop, turns: number): boolean {
    return this.size + turns * turnSize(loop.body) <= maxNodes;
  }

  expand(loop: GraphLoop, elements: readonly Binding[]): void {
    const { nodes, loops, lists } = expandLoop(loop, elements);
    this.loops.delete(loop.id);
    this.lists.set(loop.id, lists);
    for (const node of Object.values(nodes)) this.nodes.set(node.id, node);
    for (const inner of Object.values(loops)) this.loops.set(inner.id, inner);
    this.size += elements.length * turnSize(loop.body);
    this.changed = true;
  }

  /** The graph as it is now: the original itself when no loop was expanded. */
  graph(): Graph {
    if (!this.changed) return this.original;
    return {
      nodes: Object.fromEntries(this.nodes),
      loops: Object.fromEntries(this.loops),
      lists: Object.fromEntries(this.lists),
      outputs: this.original.outputs,
    };
  }
}

// Not of `Object.entries`, which makes an array for each of thousands of nodes.
function mapOf<Value>(record: Readonly<Record<string, Value>>): Map<string, Value> {
  const map = new Map<string, Value>();
  for (const key of Object.keys(record)) map.set(key, record[key]!);
  return map;
}

/** Every binding of a node, conditions included. */
export function bindingsOfNode({ inputs, when }: GraphNode): Binding[] {
  const given = Object.values(inputs);
  return when.length === 0 ? given : given.concat(when);
}

/** Every binding of a loop and of what it repeats. */
export function bindingsOfLoop({ over, when, body, outputs }: GraphLoop): Binding[] {
  return [
    over,
    ...when,
    ...Object.values(outputs),
    ...Object.values(body.nodes).flatMap(bindingsOfNode),
    ...Object.values(body.loops).flatMap(bindingsOfLoop),
  ];
}

/** The ids of the nodes and loops that bindings refer to, each as often as they do. */
export function referencesIn(bindings: Iterable<Binding>): string[] {
  const ids: string[] = [];
  for (const binding of bindings) eachReference(binding, ({ node }) => ids.push(node));
  return ids;
}
