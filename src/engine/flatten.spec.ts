import type { Json, PipelineDocument } from '@atelier/sdk';
import { Failure } from '@atelier/sdk';
import { catalogueOf, documentOf } from '../../test/conformance/nodes.js';
import { flatten, type Flattened } from './flatten.js';
import { checkInputs } from './inputs.js';
import { parsePipeline } from './pipeline.js';

function flattened(
  document: PipelineDocument,
  documents: PipelineDocument[] = [],
  given: Record<string, Json> = {},
): Flattened {
  const parsed = parsePipeline(document, catalogueOf(documents));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const checked = checkInputs(parsed.pipeline, given);
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
  let next = 100n;
  return flatten(parsed.pipeline, checked.values, () => next++);
}

const graphOf = (...all: Parameters<typeof flattened>) => flattened(...all).graph;

const value = (json: Json) => ({ kind: 'value', value: json });
const from = (node: string, output: string) => ({ kind: 'from', node, output });

const inner = documentOf({
  id: 'inner',
  inputs: { x: { type: 'number' }, by: { type: 'number', default: 5 } },
  nodes: {
    add: { use: 'test.add', with: { a: { input: 'x' }, b: { input: 'by' } } },
    own: {
      use: 'test.add',
      with: { a: { from: 'add.sum' } },
      retry: { attempts: 9 },
      timeoutMs: 50,
      onError: 'continue',
    },
  },
  outputs: { sum: { from: 'own.sum' }, same: { input: 'x' } },
});

describe('a flattened pipeline', () => {
  it('has the values of the inputs in place of references to them', () => {
    const document = documentOf({
      inputs: { start: { type: 'number' } },
      nodes: {
        a: { use: 'test.number@1', title: 'Start', with: { value: { input: 'start' } } },
        b: { use: 'test.add', with: { a: { from: 'a.value' }, b: 2 } },
      },
      outputs: { sum: { from: 'b.sum' } },
    });
    expect(graphOf(document, [], { start: 7 })).toEqual({
      nodes: {
        a: {
          id: 'a',
          type: 'test.number',
          version: 1,
          title: 'Start',
          inputs: { value: value(7) },
          when: [],
          retry: { attempts: 1, delayMs: 0 },
          timeoutMs: null,
          onError: 'fail',
        },
        b: expect.objectContaining({
          title: 'Add',
          inputs: { a: from('a', 'value'), b: value(2) },
        }) as object,
      },
      loops: {},
      lists: {},
      outputs: { sum: { source: from('b', 'sum'), spec: { type: 'number' } } },
    });
  });

  it('survives being written as JSON', () => {
    const graph = graphOf(
      documentOf({ nodes: { a: { use: 'inner', with: { x: 1 } } }, outputs: { sum: { from: 'a.sum' } } }),
      [inner],
    );
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
  });

  it('leaves out inputs that are absent', () => {
    const document = documentOf({
      inputs: { a: { type: 'number', optional: true } },
      nodes: { mix: { use: 'test.mix', with: { a: { input: 'a' }, b: 1 } } },
      outputs: { value: { from: 'mix.value' } },
    });
    expect(graphOf(document).nodes['mix']!.inputs).toEqual({ b: value(1) });
  });

  it('holds what was given against the ports it leads to, and names the input that is wrong', () => {
    const document = documentOf({
      inputs: { level: { type: 'integer' }, shares: { type: 'list', items: { type: 'number' } } },
      nodes: {
        a: { use: 'test.halve', with: { value: { input: 'level' } } },
        b: { use: 'test.mix', forEach: { of: { input: 'shares' } }, with: { share: { item: 'item' } } },
      },
      outputs: { value: { from: 'a.value' } },
    });
    let failure: unknown;
    try {
      flattened(document, [], { level: 300, shares: [] });
    } catch (error) {
      failure = error;
    }
    expect(Failure.is(failure) && failure.toRecord()).toEqual({
      code: 'invalid-input',
      message: 'The input has an error: “level” must be from 0 to 255, not 300.',
      details: {
        problems: [
          { code: 'invalid-value', pointer: '/level', message: '“level” must be from 0 to 255, not 300.' },
        ],
      },
    });
  });

  it('makes a list of one value where a list is needed', () => {
    const document = documentOf({
      nodes: { a: { use: 'test.number' }, s: { use: 'test.sum', with: { values: { from: 'a.value' } } } },
      outputs: { sum: { from: 's.sum' } },
    });
    expect(graphOf(document).nodes['s']!.inputs).toEqual({
      values: { kind: 'list', items: [from('a', 'value')] },
    });
  });
});

describe('a pipeline used as a node', () => {
  const using = (node: object, outputs: object = { sum: { from: 'out.sum' } }) =>
    documentOf({
      inputs: { on: { type: 'boolean', default: true }, x: { type: 'number', optional: true } },
      nodes: {
        flag: { use: 'test.flag', with: { value: { input: 'on' } } },
        num: { use: 'test.number', with: { value: 1 } },
        out: { use: 'inner', with: { x: { from: 'num.value' } }, ...node },
      },
      outputs,
    });

  it('dissolves into its nodes, whose ids begin with the node’s', () => {
    const graph = graphOf(using({}), [inner]);
    expect(Object.keys(graph.nodes).sort()).toEqual(['num', 'out/add', 'out/own'].concat('flag').sort());
    expect(graph.nodes['out/add']!.inputs).toEqual({ a: from('num', 'value'), b: value(5) });
    expect(graph.outputs['sum']!.source).toEqual(from('out/own', 'sum'));
  });

  it('passes its when, retry, timeout and onError on to its nodes, which keep what they say themselves', () => {
    const graph = graphOf(
      using({
        when: { from: 'flag.value' },
        retry: { attempts: 3, delayMs: 10 },
        timeoutMs: 100,
        onError: 'continue',
      }),
      [inner],
    );
    expect(graph.nodes['out/add']).toMatchObject({
      when: [from('flag', 'value')],
      retry: { attempts: 3, delayMs: 10 },
      timeoutMs: 100,
      onError: 'continue',
    });
    expect(graph.nodes['out/own']).toMatchObject({
      retry: { attempts: 9, delayMs: 0 },
      timeoutMs: 50,
      onError: 'continue',
    });
    expect(graphOf(using({}), [inner]).nodes['out/own']).toMatchObject({
      timeoutMs: 50,
      onError: 'continue',
      when: [],
    });
  });

  it('gives nothing of what it only passes on when its condition does not hold', () => {
    const graph = graphOf(using({ when: { from: 'flag.value' } }, { same: { from: 'out.same' } }), [inner]);
    expect(graph.outputs['same']!.source).toEqual({
      kind: 'guarded',
      when: [from('flag', 'value')],
      value: from('num', 'value'),
    });
  });

  it('takes its defaults where nothing comes, also when that shows only later', () => {
    const by = (source: Json) =>
      graphOf(using({ with: { x: 1, by: source } }), [inner]).nodes['out/add']!.inputs['b'];
    expect(by({ input: 'x' })).toEqual(value(5));
    expect(by({ from: 'num.value' })).toEqual({ kind: 'first', options: [from('num', 'value'), value(5)] });
    expect(by({ first: [{ from: 'num.value' }, 2] })).toEqual({
      kind: 'first',
      options: [from('num', 'value'), value(2)],
    });
  });

  it('works within another', () => {
    const middle = documentOf({
      id: 'middle',
      inputs: { x: { type: 'number' } },
      nodes: { in: { use: 'inner', with: { x: { input: 'x' } } } },
      outputs: { sum: { from: 'in.sum' } },
    });
    const graph = graphOf(using({ use: 'middle' }), [inner, middle]);
    expect(Object.keys(graph.nodes)).toEqual(expect.arrayContaining(['out/in/add', 'out/in/own']));
    expect(graph.outputs['sum']!.source).toEqual(from('out/in/own', 'sum'));
  });
});

describe('a forEach', () => {
  it('of a node becomes a loop around it', () => {
    const document = documentOf({
      nodes: {
        r: { use: 'test.range', with: { count: 3 } },
        l: {
          use: 'test.add',
          forEach: { of: { from: 'r.values' }, as: 'n' },
          with: { a: { item: 'n' }, b: { item: 'n.index' } },
        },
      },
      outputs: { sums: { from: 'l.sum' } },
    });
    const graph = graphOf(document);
    expect(graph.loops['l']).toMatchObject({
      id: 'l',
      over: from('r', 'values'),
      when: [],
      body: {
        nodes: {
          l: { inputs: { a: { kind: 'item', loop: 'l' }, b: { kind: 'item', loop: 'l', position: true } } },
        },
        loops: {},
      },
      outputs: { sum: from('l', 'sum') },
    });
    expect(graph.outputs['sums']).toEqual({
      source: from('l', 'sum'),
      spec: { type: 'list', items: { type: 'number' } },
    });
  });

  it('of a pipeline becomes a loop around its nodes, and its element is told apart from that of a loop inside', () => {
    const looping = documentOf({
      id: 'looping',
      inputs: { xs: { type: 'list', items: { type: 'number' } }, y: { type: 'number' } },
      nodes: {
        add: {
          use: 'test.add',
          forEach: { of: { input: 'xs' } },
          with: { a: { item: 'item' }, b: { input: 'y' } },
        },
      },
      outputs: { sums: { from: 'add.sum' } },
    });
    const document = documentOf({
      nodes: { each: { use: 'looping', forEach: { of: [1, 2] }, with: { xs: [3, 4], y: { item: 'item' } } } },
      outputs: { sums: { from: 'each.sums' } },
    });
    const graph = graphOf(document, [looping]);
    expect(graph.loops['each']!.body.loops['each/add']).toMatchObject({
      over: value([3, 4]),
      body: {
        nodes: {
          'each/add': {
            inputs: { a: { kind: 'item', loop: 'each/add' }, b: { kind: 'item', loop: 'each' } },
          },
        },
      },
    });
  });

  it('asks a when that looks at the element in each turn, any other once', () => {
    const when = (condition: Json) =>
      graphOf(
        documentOf({
          inputs: { on: { type: 'boolean', default: true } },
          nodes: { l: { use: 'test.number', forEach: { of: [true] }, when: condition } },
          outputs: { values: { from: 'l.value' } },
        }),
      ).loops['l']!;
    expect(when({ input: 'on' })).toMatchObject({
      when: [value(true)],
      body: { nodes: { l: { when: [] } } },
    });
    expect(when({ item: 'item' })).toMatchObject({
      when: [],
      body: { nodes: { l: { when: [{ kind: 'item', loop: 'l' }] } } },
    });
  });
});

describe('seeds in a document', () => {
  const seeded = (seed?: Json) => ({ use: 'test.seeded', ...(seed === undefined ? {} : { with: { seed } }) });
  const outputs = { value: { from: 'a.value' } };

  it('are drawn for each −1 that is written and for each default, and reported', () => {
    const inside = documentOf({
      id: 'inside',
      inputs: { s: { type: 'seed', default: -1 } },
      nodes: { a: seeded({ input: 's' }), b: seeded(-1) },
      outputs,
    });
    const { graph, drawn } = flattened(
      documentOf({ nodes: { a: seeded(-1), b: seeded(), c: { use: 'inside' }, d: seeded(8) }, outputs }),
      [inside],
    );
    expect(drawn).toEqual({ 'a.seed': 100, 'b.seed': 101, 'c.s': 102, 'c/b.seed': 103 });
    expect(graph.nodes['c/a']!.inputs).toEqual({ seed: value(102) });
    expect(graph.nodes['d']!.inputs).toEqual({ seed: value(8) });
  });

  it('are drawn for the elements of a list that a forEach goes over', () => {
    const { graph, drawn } = flattened(
      documentOf({ nodes: { a: { ...seeded({ item: 'item' }), forEach: { of: [-1, 5, -1] } } }, outputs }),
    );
    expect(graph.loops['a']!.over).toEqual(value([100, 5, 101]));
    expect(drawn).toEqual({ 'a.forEach': [100, 5, 101] });
  });
});

describe('a pipeline that would come to too much', () => {
  const twice = (id: string, use: string) =>
    documentOf({
      id,
      inputs: { x: { type: 'json' } },
      nodes: use === '' ? {} : { in: { use, with: { x: { input: 'x' } } } },
      outputs: {
        xs:
          use === ''
            ? { list: [{ input: 'x' }, { input: 'x' }] }
            : { list: [{ from: 'in.xs' }, { from: 'in.xs' }] },
      },
    });

  it('because pipelines within it double a value again and again is refused', () => {
    const doublers = Array.from({ length: 30 }, (_, i) => twice(`p${i}`, i === 0 ? '' : `p${i - 1}`));
    const document = documentOf({
      nodes: { top: { use: 'p29', with: { x: 1 } } },
      outputs: { xs: { from: 'top.xs' } },
    });
    expect(() => flattened(document, doublers)).toThrow(/comes to more than 8 MiB/);
  });

  it('because a long text goes to very many nodes is refused', () => {
    const nodes = Array.from({ length: 1000 }, (_, i) => [
      `n${i}`,
      { use: 'test.fail', with: { message: { input: 'text' } } },
    ]);
    const document = documentOf({
      inputs: { text: { type: 'text' } },
      nodes: Object.fromEntries(nodes),
      outputs: { value: { from: 'n0.value' } },
    });
    expect(() => flattened(document, [], { text: 'x'.repeat(100_000) })).toThrow(/comes to more than 8 MiB/);
  });

  it('because thousands of steps nest a list ever deeper is refused without overflowing the stack', () => {
    const wrap = twice('wrap', '');
    const nodes = Array.from({ length: 5000 }, (_, i) => [
      `n${i}`,
      { use: 'wrap', with: { x: i === 0 ? 1 : { from: `n${i - 1}.xs` } } },
    ]);
    const document = documentOf({ nodes: Object.fromEntries(nodes), outputs: { xs: { from: 'n4999.xs' } } });
    expect(() => flattened(document, [wrap])).toThrow(/nest lists too deeply/);
  });
});
