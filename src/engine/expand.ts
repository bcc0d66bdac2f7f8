import { replaceLeaves, type Item, type Reference } from './binding.js';
import type { Binding, Graph, GraphLoop, GraphNode } from './graph.js';

/** What takes the place of a loop: its turns' nodes and inner loops, and lists of what the turns give. */
export type Expansion = Pick<Graph, 'nodes' | 'loops'> & { lists: Graph['lists'][string] };

/**
 * Replaces a loop by its turns, one for each element, in their order. The turns' ids have the number of the turn, counted from 0,
 * after the loop's own: the node `each/blur` of the loop `each` becomes `each[0]/blur`, `each[1]/blur` …
 * O(elements × body). The same loop and elements give the same turns.
 */
export function expandLoop(loop: GraphLoop, elements: readonly Binding[]): Expansion {
  const expansion: Expansion = { nodes: {}, loops: {}, lists: {} };
  for (const output of Object.keys(loop.outputs)) expansion.lists[output] = { kind: 'list', items: [] };
  elements.forEach((element, index) => {
    const turn = new Turn(loop, element, index, elements.length);
    for (const node of Object.values(loop.body.nodes)) {
      const copy = turn.node(node);
      expansion.nodes[copy.id] = copy;
    }
    for (const inner of Object.values(loop.body.loops)) {
      const copy = turn.loop(inner);
      expansion.loops[copy.id] = copy;
    }
    for (const [output, binding] of Object.entries(loop.outputs)) {
      expansion.lists[output]!.items.push(turn.binding(binding));
    }
  });
  return expansion;
}

/** Nodes that one turn of a loop adds, inner loops counted once. */
export function turnSize(body: GraphLoop['body']): number {
  const inner = Object.values(body.loops).map((loop) => turnSize(loop.body));
  return inner.reduce((sum, size) => sum + size, Object.keys(body.nodes).length);
}

/** Whether an id is that of a loop's only node, or of something in its body: nothing else begins with the loop's id. */
export function isInside(id: string, loop: string): boolean {
  return id === loop || (id.startsWith(loop) && id[loop.length] === '/');
}

class Turn {
  private readonly id: string;

  constructor(
    private readonly repeated: GraphLoop,
    private readonly element: Binding,
    private readonly index: number,
    private readonly count: number,
  ) {
    this.id = `${repeated.id}[${index}]`;
  }

  node(node: GraphNode): GraphNode {
    return {
      ...node,
      id: this.renamed(node.id),
      title: `${node.title} (${this.index + 1} of ${this.count})`,
      inputs: mapValues(node.inputs, (input) => this.binding(input)),
      when: node.when.map((condition) => this.binding(condition)),
    };
  }

  loop(loop: GraphLoop): GraphLoop {
    const nodes: GraphLoop['body']['nodes'] = {};
    const loops: GraphLoop['body']['loops'] = {};
    for (const inner of Object.values(loop.body.nodes)) nodes[this.renamed(inner.id)] = this.node(inner);
    for (const inner of Object.values(loop.body.loops)) loops[this.renamed(inner.id)] = this.loop(inner);
    return {
      id: this.renamed(loop.id),
      over: this.binding(loop.over),
      when: loop.when.map((condition) => this.binding(condition)),
      body: { nodes, loops },
      outputs: mapValues(loop.outputs, (output) => this.binding(output)),
    };
  }

  binding(binding: Binding): Binding {
    return replaceLeaves(binding, (leaf) => this.leaf(leaf));
  }

  private leaf(leaf: Reference | Item): Binding {
    if (leaf.kind === 'item') {
      if (leaf.loop !== this.repeated.id) return { ...leaf, loop: this.renamed(leaf.loop) };
      return leaf.position ? { kind: 'value', value: this.index } : this.element;
    }
    const node = this.renamed(leaf.node);
    return node === leaf.node ? leaf : { ...leaf, node };
  }

  private renamed(id: string): string {
    const own = this.repeated.id;
    return isInside(id, own) ? this.id + id.slice(own.length) : id;
  }
}

function mapValues<Value>(
  record: Record<string, Value>,
  change: (value: Value) => Value,
): Record<string, Value> {
  const changed: Record<string, Value> = {};
  for (const [key, value] of Object.entries(record)) changed[key] = change(value);
  return changed;
}
