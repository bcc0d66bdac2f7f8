import { connectable, type PortSpec } from '@atelier/sdk';
import { parseJson } from '../../src/engine/json.js';
import { parsePipeline } from '../../src/engine/pipeline.js';
import { brief, problemsOf as problemsIn } from './documents.js';
import { MemoryEngine } from './memory-engine.js';
import { catalogueOf, documentOf, nodes } from './nodes.js';

const problemsOf = (document: unknown): string[] => brief(problemsIn(document));

const base = { use: 'test.number@1' };
const withNode = (use: string, inputs: object, more: object = {}) =>
  documentOf({
    nodes: { base, x: { use, with: inputs, ...more } },
    outputs: { out: { from: 'base.value' } },
  });

describe('constants are held against their port before anything runs', () => {
  it.each([
    [0, true],
    [0.5, true],
    [1, true],
    [1.0000001, false],
    [5, false],
    ['0.5', false],
    [true, false],
    [null, false],
  ])('%p for a number from 0 to 1: accepted is %p', (share, accepted) => {
    expect(problemsOf(withNode('test.mix', { share }))).toEqual(
      accepted ? [] : ['invalid-value /nodes/x/with/share'],
    );
  });

  it('a whole number may be written as 5.0, a fraction may not stand for one', () => {
    expect(problemsOf(withNode('test.halve', { value: 5.0 }))).toEqual([]);
    expect(problemsOf(withNode('test.halve', { value: 5.5 }))).toEqual(['invalid-value /nodes/x/with/value']);
  });

  it('one of several choices must be one of them', () => {
    const picture = (style: string) =>
      problemsOf(withNode('test.picture', { image: { input: 'image' }, style }));
    expect(picture('fancy')).toEqual(['unknown-input /nodes/x/with/image']);
    expect(picture('FANCY')).toEqual([
      'unknown-input /nodes/x/with/image',
      'invalid-value /nodes/x/with/style',
    ]);
  });

  it('the range of an input holds however the value comes: written, as an input of the job or over a connection', async () => {
    const engine = new MemoryEngine(nodes);
    const document = documentOf({
      inputs: { level: { type: 'integer' } },
      nodes: { x: { use: 'test.halve', with: { value: { input: 'level' } } } },
      outputs: { out: { from: 'x.value' } },
    });
    await expect(engine.run(document, { level: 300 })).rejects.toThrow(/“level” must be from 0 to 255/);
    const connected = documentOf({
      nodes: {
        n: { use: 'test.number@1', with: { value: 7 } },
        x: { use: 'test.mix', with: { share: { from: 'n.value' } } },
      },
      outputs: { out: { from: 'x.value' } },
    });
    expect(await engine.run(connected)).toMatchObject({
      state: 'failed',
      failure: { code: 'invalid-input' },
    });
  });
});

describe('connections are held against both ports', () => {
  const types: PortSpec[] = [
    { type: 'image' },
    { type: 'mask' },
    { type: 'file' },
    { type: 'string' },
    { type: 'integer' },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'seed' },
    { type: 'json' },
    { type: 'list', items: { type: 'number' } },
  ];

  it.each(types.flatMap((from) => types.map((to) => [from.type, to.type, from, to] as const)))(
    'from %s to %s: the same answer in a pipeline and in the sdk',
    (_from, _to, from, to) => {
      const inner = documentOf({
        id: 'inner',
        inputs: { x: to },
        nodes: { base },
        outputs: { out: { from: 'base.value' } },
      });
      const outer = documentOf({
        inputs: { value: from },
        nodes: { base, x: { use: 'inner', with: { x: { input: 'value' } } } },
        outputs: { out: { from: 'base.value' } },
      });
      expect('pipeline' in parsePipeline(outer, catalogueOf([inner]))).toBe(connectable(from, to));
    },
  );

  it('a whole number leads to a number, a number not to a whole number', () => {
    expect(connectable({ type: 'integer' }, { type: 'number' })).toBe(true);
    expect(connectable({ type: 'number' }, { type: 'integer' })).toBe(false);
  });

  it('one value leads to a list of it, a list not to one value', () => {
    expect(problemsOf(withNode('test.sum', { values: { from: 'base.value' } }))).toEqual([]);
    const list = { use: 'test.range', with: { count: 2 } };
    expect(
      problemsOf(
        documentOf({
          nodes: { list, x: { use: 'test.add', with: { a: { from: 'list.values' } } } },
          outputs: { out: { from: 'x.sum' } },
        }),
      ),
    ).toEqual(['incompatible /nodes/x/with/a']);
  });

  it('a loop over a list has its elements’ type, and what it gives is a list that the next loop can go over', () => {
    const loop = (of: string, use = 'test.add', port = 'a') => ({
      use,
      forEach: { of: { from: of } },
      with: { [port]: { item: 'item' } },
    });
    const document = (third: object) =>
      documentOf({
        nodes: { r: { use: 'test.range', with: { count: 2 } }, l: loop('r.values'), m: loop('l.sum'), third },
        outputs: { out: { from: 'm.sum' } },
      });
    expect(problemsOf(document(loop('m.sum', 'test.positive', 'value')))).toEqual([]);
    expect(problemsOf(document(loop('m.sum', 'test.flag', 'value')))).toEqual([
      'incompatible /nodes/third/with/value',
    ]);
  });

  it('the items of a list must go together', () => {
    const outputs = (items: unknown[]) =>
      documentOf({
        nodes: { base, p: { use: 'test.positive', with: { value: 1 } } },
        outputs: { out: { list: items } },
      });
    expect(problemsOf(outputs([{ from: 'base.value' }, 5]))).toEqual([]);
    expect(problemsOf(outputs([{ from: 'base.value' }, { from: 'p.yes' }]))).toEqual([
      'incompatible /outputs/out/list/1',
    ]);
  });
});

describe('graphs that cannot work', () => {
  const sum = (from: string) => ({ use: 'test.add', with: { a: { from } } });

  it('a node without a required input is refused as that, not as a cycle', () => {
    expect(problemsOf(withNode('test.divide', { a: 1 }))).toEqual(['missing-input /nodes/x/with/b']);
  });

  it.each([
    ['of one node', { a: sum('a.sum') }, ['a', 'a']],
    ['of two nodes', { a: sum('b.sum'), b: sum('a.sum') }, ['a', 'b', 'a']],
    [
      'of four nodes',
      { a: sum('d.sum'), b: sum('a.sum'), c: sum('b.sum'), d: sum('c.sum') },
      ['a', 'b', 'c', 'd', 'a'],
    ],
  ])('a cycle %s is refused at submit with its path', (_, cycle, path) => {
    const parsed = parsePipeline(
      documentOf({ nodes: { base, ...cycle }, outputs: { out: { from: 'base.value' } } }),
      catalogueOf(),
    );
    expect('problems' in parsed && parsed.problems).toMatchObject([{ code: 'cycle', path }]);
  });

  it('a pipeline cannot grow a cycle while it runs: one that would, by using itself, is refused at submit', () => {
    const document = documentOf({
      id: 'self',
      nodes: { base, again: { use: 'self' } },
      outputs: { out: { from: 'base.value' } },
    });
    expect(problemsOf(document)).toEqual(['recursion /nodes/again/use']);
  });

  it('one bad output makes the whole pipeline invalid, and the next job works', async () => {
    const engine = new MemoryEngine(nodes);
    const good = { base, out: { from: 'base.value' } };
    const bad = documentOf({ nodes: { base }, outputs: { good: good.out, bad: { from: 'missing.value' } } });
    await expect(engine.run(bad)).rejects.toMatchObject({ code: 'invalid-pipeline' });
    expect((await engine.run(documentOf({ nodes: { base }, outputs: { good: good.out } }))).outputs).toEqual({
      good: 0,
    });
  });

  it('an input that the node does not declare is refused, also when it is connected', () => {
    expect(problemsOf(withNode('test.add', { a: 1, c: { from: 'base.value' }, d: 5 }))).toEqual([
      'undeclared-input /nodes/x/with/c',
      'undeclared-input /nodes/x/with/d',
    ]);
  });

  it('two nodes with one name are refused when the document is read', () => {
    expect(() => parseJson('{"nodes": {"a": {"use": "x"}, "a": {"use": "y"}}}')).toThrow(
      /The key "a" appears twice/,
    );
  });

  it('an unknown policy for errors is refused', () => {
    expect(problemsOf(withNode('test.number', {}, { onError: 'ignore' }))).toEqual([
      'structure /nodes/x/onError',
    ]);
  });

  it('a job that is asked for no output, or for one that does not exist, is refused', async () => {
    const engine = new MemoryEngine(nodes);
    const document = documentOf({ nodes: { base }, outputs: { out: { from: 'base.value' } } });
    await expect(engine.run(document, {}, { targets: [] })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(engine.run(document, {}, { targets: ['other'] })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });

  it('every error is reported at once', () => {
    const document = documentOf({
      nodes: {
        a: sum('b.sum'),
        b: sum('a.sum'),
        c: { use: 'test.nothing' },
        d: { use: 'test.add', with: { a: 'x', q: 1 } },
      },
      outputs: { out: { from: 'z.sum' } },
    });
    expect(problemsOf(document).sort()).toEqual([
      'cycle /nodes/a',
      'invalid-value /nodes/d/with/a',
      'undeclared-input /nodes/d/with/q',
      'unknown-node /outputs/out',
      'unknown-use /nodes/c/use',
    ]);
  });
});
