import { defineNode, Editor, NodeInterface } from '@baklavajs/core';
import { DependencyEngine } from '@baklavajs/engine';
import { ClassicPreset, NodeEditor } from 'rete';
import { DataflowEngine, type DataflowEngineScheme } from 'rete-engine';
import { parentsOf } from './graphs.js';

class IdleNode extends ClassicPreset.Node {
  data(): Record<string, unknown> {
    return { value: 1 };
  }
}

const Connection = ClassicPreset.Connection<ClassicPreset.Node, ClassicPreset.Node>;

/** The ladder in Rete; the function runs it, with nothing kept of the run before. */
export async function reteLadder(size: number): Promise<() => Promise<unknown>> {
  const socket = new ClassicPreset.Socket('number');
  const editor = new NodeEditor<DataflowEngineScheme>();
  const engine = new DataflowEngine<DataflowEngineScheme>();
  editor.use(engine);
  const nodes: IdleNode[] = [];
  for (let index = 0; index <= size; index++) {
    const node = new IdleNode('idle');
    node.addInput('a', new ClassicPreset.Input(socket));
    node.addInput('b', new ClassicPreset.Input(socket));
    node.addOutput('value', new ClassicPreset.Output(socket));
    await editor.addNode(node);
    nodes.push(node);
    if (index === 0) continue;
    const [a, b] = parentsOf(index);
    await editor.addConnection(new Connection(nodes[a]!, 'value', node, 'a'));
    await editor.addConnection(new Connection(nodes[b]!, 'value', node, 'b'));
  }
  return () => {
    engine.reset();
    return engine.fetch(nodes[size]!.id);
  };
}

const BaklavaIdle = defineNode({
  type: 'idle',
  inputs: { a: () => new NodeInterface('a', 0), b: () => new NodeInterface('b', 0) },
  outputs: { value: () => new NodeInterface('value', 0) },
  calculate: () => ({ value: 1 }),
});

/** The ladder in BaklavaJS: `first` runs it as a graph that has not been run before, `again` with the order found then. */
export function baklavaLadder(size: number): { first(): Promise<unknown>; again(): Promise<unknown> } {
  const editor = new Editor();
  editor.registerNodeType(BaklavaIdle);
  const nodes: InstanceType<typeof BaklavaIdle>[] = [];
  for (let index = 0; index <= size; index++) {
    const node = editor.graph.addNode(new BaklavaIdle())!;
    nodes.push(node);
    if (index === 0) continue;
    const [a, b] = parentsOf(index);
    editor.graph.addConnection(nodes[a]!.outputs.value, node.inputs.a);
    editor.graph.addConnection(nodes[b]!.outputs.value, node.inputs.b);
  }
  const engine = new DependencyEngine(editor);
  return {
    first() {
      engine.calculateOrder();
      return engine.runOnce(undefined);
    },
    again: () => engine.runOnce(undefined),
  };
}
