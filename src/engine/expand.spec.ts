import { expandLoop, turnSize } from './expand.js';
import type { Binding, GraphLoop, GraphNode } from './graph.js';

const item = (loop: string): Binding => ({ kind: 'item', loop });
const from = (node: string, output = 'value'): Binding => ({ kind: 'from', node, output });
const value = (json: number): Binding => ({ kind: 'value', value: json });

function nodeOf(id: string, inputs: Record<string, Binding>, when: Binding[] = []): GraphNode {
  const retry = { attempts: 1, delayMs: 0 };
  return {
    id,
    type: 'test.add',
    version: 1,
    title: id,
    inputs,
    when,
    retry,
    timeoutMs: null,
    onError: 'fail',
  };
}

function loopOf(
  id: string,
  body: GraphNode[],
  outputs: Record<string, Binding>,
  loops: GraphLoop[] = [],
): GraphLoop {
  return {
    id,
    over: value(0),
    when: [],
    body: {
      nodes: Object.fromEntries(body.map((node) => [node.id, node])),
      loops: Object.fromEntries(loops.map((loop) => [loop.id, loop])),
    },
    outputs,
  };
}

describe('expanding a loop', () => {
  it('makes a node for each element, with its number in the id and in the title', () => {
    const loop = loopOf('load', [nodeOf('load', { a: item('load'), b: from('other') })], {
      sum: from('load', 'sum'),
    });
    expect(expandLoop(loop, [value(4), from('x')])).toEqual({
      nodes: {
        'load[0]': { ...nodeOf('load[0]', { a: value(4), b: from('other') }), title: 'load (1 of 2)' },
        'load[1]': { ...nodeOf('load[1]', { a: from('x'), b: from('other') }), title: 'load (2 of 2)' },
      },
      loops: {},
      lists: { sum: { kind: 'list', items: [from('load[0]', 'sum'), from('load[1]', 'sum')] } },
    });
  });

  it('connects the nodes of each turn with one another, and leaves those outside alone, whatever they are called', () => {
    const body = [
      nodeOf('each/a', { a: item('each') }),
      nodeOf('each/b', { a: from('each/a'), b: from('each2/a') }),
    ];
    const { nodes } = expandLoop(loopOf('each', body, {}), [value(1), value(2)]);
    expect(nodes['each[1]/b']!.inputs).toEqual({ a: from('each[1]/a'), b: from('each2/a') });
  });

  it('puts elements and positions wherever a binding has them', () => {
    const position: Binding = { kind: 'item', loop: 'l', position: true };
    const a: Binding = {
      kind: 'first',
      options: [from('x'), { kind: 'list', items: [item('l'), position] }],
    };
    const when: Binding[] = [{ kind: 'not', operand: { kind: 'equals', left: item('l'), right: position } }];
    const guarded: Binding = { kind: 'guarded', when, value: item('l') };
    const { nodes, lists } = expandLoop(loopOf('l', [nodeOf('l', { a }, when)], { out: guarded }), [
      value(7),
    ]);
    const put = [{ kind: 'not', operand: { kind: 'equals', left: value(7), right: value(0) } }];
    expect(nodes['l[0]']).toMatchObject({
      inputs: { a: { kind: 'first', options: [from('x'), { kind: 'list', items: [value(7), value(0)] }] } },
      when: put,
    });
    expect(lists['out']!.items).toEqual([{ kind: 'guarded', when: put, value: value(7) }]);
  });

  it('makes an inner loop for each turn, ready to be expanded itself', () => {
    const inner = loopOf('o/i', [nodeOf('o/i', { a: item('o/i'), b: item('o') })], {
      sum: from('o/i', 'sum'),
    });
    const outer = loopOf('o', [], { sums: from('o/i', 'sum') }, [{ ...inner, over: item('o') }]);
    const { loops, lists } = expandLoop(outer, [from('rows'), value(5)]);
    expect(Object.keys(loops)).toEqual(['o[0]/i', 'o[1]/i']);
    expect(loops['o[0]/i']!.over).toEqual(from('rows'));
    expect(lists['sums']!.items).toEqual([from('o[0]/i', 'sum'), from('o[1]/i', 'sum')]);
    expect(expandLoop(loops['o[1]/i']!, [value(1)]).nodes).toMatchObject({
      'o[1]/i[0]': { inputs: { a: value(1), b: value(5) } },
    });
  });

  it('over nothing gives empty lists', () => {
    const loop = loopOf('l', [nodeOf('l', {})], { a: from('l', 'a'), b: from('l', 'b') });
    const empty = { kind: 'list', items: [] };
    expect(expandLoop(loop, [])).toEqual({ nodes: {}, loops: {}, lists: { a: empty, b: empty } });
  });

  it('leaves the loop as it was, so that the same loop and elements give the same again', () => {
    const loop = loopOf('l', [nodeOf('l', { a: item('l') })], { a: from('l', 'a') });
    const before = structuredClone(loop);
    const first = expandLoop(loop, [value(1)]);
    expect(loop).toEqual(before);
    expect(expandLoop(loop, [value(1)])).toEqual(first);
  });

  it('counts what one turn adds', () => {
    const inner = loopOf('o/i', [nodeOf('o/i', {})], {});
    expect(turnSize(loopOf('o', [nodeOf('o/a', {}), nodeOf('o/b', {})], {}, [inner]).body)).toBe(3);
  });
});
