import { eachReference } from './binding.js';
import { bindingsOfLoop, bindingsOfNode } from './draft.js';
import type { Binding } from './graph.js';
import { isOptional, type NodeOutlook } from './outlook.js';
import type { Part } from './partition.js';
import type { Survey } from './survey.js';

/** Something outside every part that starts now, or in several of them. */
const elsewhere = Symbol('elsewhere');
type Reading = Part | typeof elsewhere;

/**
 * The outputs of each node of the parts that have to leave its segment: those that anything else reads, now or once more is known
 * (the later options of a `first`, loops that are not expanded). One that the node may leave out leaves it too, because
 * whether it did is told by its result alone.
 */
export function exportsOf(
  parts: readonly Part[],
  sources: readonly Binding[],
  { order, reader }: Survey,
): (node: NodeOutlook) => string[] {
  const home = new Map<string, Part>();
  for (const part of parts) for (const { node } of part.nodes) home.set(node.id, part);
  const readings = new Map<string, Map<string, Reading>>();
  const read = (binding: Binding, from: Reading): void =>
    eachReference(binding, ({ node: id, output }) => {
      const vertex = reader.vertices.get(id);
      // Inside a loop that is not expanded.
      if (!vertex) return;
      const giver = vertex.kind === 'node' && vertex.status === 'same' ? vertex.twin! : id;
      const outputs = readings.get(giver);
      if (!outputs) readings.set(giver, new Map([[output, from]]));
      else if (outputs.get(output) !== from) outputs.set(output, outputs.has(output) ? elsewhere : from);
    });

  for (const source of sources) read(source, elsewhere);
  for (const id of order.toReversed()) {
    const vertex = reader.vertices.get(id)!;
    const part = home.get(id);
    if (vertex.kind === 'list') {
      for (const [output, from] of readings.get(id) ?? []) read(vertex.outputs[output]!.binding, from);
    } else if (vertex.kind === 'loop') {
      if (!vertex.absent) for (const binding of bindingsOfLoop(vertex.loop)) read(binding, elsewhere);
    } else if (part) for (const binding of Object.values(vertex.inputs)) read(binding, part);
    else if (vertex.status === 'held' || vertex.status === 'open') {
      for (const binding of bindingsOfNode(vertex.node)) read(binding, elsewhere);
    }
  }
  return (node) => {
    const outputs = readings.get(node.node.id) ?? new Map<string, Reading>();
    const own = home.get(node.node.id);
    return [...outputs]
      .filter(([output, from]) => from !== own || isOptional(node, output))
      .map(([output]) => output);
  };
}
