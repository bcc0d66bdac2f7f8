import { defineNode, port, type AnyNode, type PipelineDocument } from '@atelier/sdk';
import { documentOf } from '../../test/conformance/nodes.js';

/** Nodes that do nothing, so that only the engine's own work is measured. */
export const idleNodes: AnyNode[] = [
  defineNode({
    type: 'bench.start',
    version: 1,
    title: 'Start',
    inputs: {},
    outputs: { value: port.number() },
    run: () => ({ value: 1 }),
  }),
  defineNode({
    type: 'bench.idle',
    version: 1,
    title: 'Idle',
    inputs: { a: port.number(), b: port.number({ default: 0 }) },
    outputs: { value: port.number() },
    run: () => ({ value: 1 }),
  }),
];

/** The two nodes that the node of this number takes its inputs from: the one before it, and one half as far. */
export function parentsOf(index: number): [a: number, b: number] {
  return [index - 1, index >> 1];
}

/** A start and `size` idle nodes, each with two inputs; the last is the result. */
export function ladder(size: number): PipelineDocument {
  const nodes: Record<string, object> = { n0: { use: 'bench.start' } };
  for (let index = 1; index <= size; index++) {
    const [a, b] = parentsOf(index);
    nodes[`n${index}`] = {
      use: 'bench.idle',
      with: { a: { from: `n${a}.value` }, b: { from: `n${b}.value` } },
    };
  }
  return documentOf({ nodes, outputs: { out: { from: `n${size}.value` } } });
}

/** As many nodes, each of which takes its input from the one before. */
export function chain(size: number): PipelineDocument {
  const nodes: Record<string, object> = { n0: { use: 'bench.start' } };
  for (let index = 1; index < size; index++) {
    nodes[`n${index}`] = { use: 'bench.idle', with: { a: { from: `n${index - 1}.value` } } };
  }
  return documentOf({ nodes, outputs: { out: { from: `n${size - 1}.value` } } });
}
