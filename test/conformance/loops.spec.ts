import { add, from } from './documents.js';
import { MemoryEngine } from './memory-engine.js';
import { documentOf, nodes } from './nodes.js';

const item = { item: 'item' };
const over = (of: unknown, more: object = {}) => ({ forEach: { of }, ...more });
const table = { use: 'test.table', with: { rows: 4 } };

const row = documentOf({
  id: 'row',
  inputs: { xs: { type: 'list', items: { type: 'number' } }, plus: { type: 'number', default: 0 } },
  nodes: {
    each: add(item, { input: 'plus' }, over({ input: 'xs' })),
    sum: { use: 'test.sum', with: { values: from('each.sum') } },
  },
  outputs: { each: from('each.sum'), sum: from('sum.sum') },
});

const run = (parts: object, documents: unknown[] = [row]) =>
  new MemoryEngine(nodes, documents).run(documentOf(parts));

describe('a node that runs for each element of a list', () => {
  it.each([1, 2, 3, 4])('halves 255 %i times in a chain of loops', async (times) => {
    const chain = Object.fromEntries(
      Array.from({ length: times }, (_, i) => [
        `h${i}`,
        { use: 'test.halve', with: { value: item }, ...over(i === 0 ? [255] : from(`h${i - 1}.value`)) },
      ]),
    );
    expect((await run({ nodes: chain, outputs: { out: from(`h${times - 1}.value`) } })).outputs).toEqual({
      out: [255 >> times],
    });
  });

  it('gives a list in the order of the elements', async () => {
    const nodes = { l: add(item, { item: 'item.index' }, over([30, 10, 20])) };
    expect((await run({ nodes, outputs: { out: from('l.sum') } })).outputs).toEqual({ out: [30, 11, 22] });
  });

  it('goes over lists of every origin: written, of a node, of another loop, put together from nodes, of one value', async () => {
    const nodes = {
      n: { use: 'test.number@1', with: { value: 7 } },
      r: { use: 'test.range', with: { count: 2 } },
      a: add(item, 1, over([1, 2])),
      b: add(item, 1, over(from('r.values'))),
      c: add(item, 1, over(from('a.sum'))),
      d: add(item, 1, over({ list: [from('n.value'), 8] })),
    };
    const outputs = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, from(`${name}.sum`)]));
    expect((await run({ nodes, outputs })).outputs).toEqual({ a: [2, 3], b: [1, 2], c: [3, 4], d: [8, 9] });
  });

  it('over nothing gives nothing and runs nothing', async () => {
    const nodes = {
      r: { use: 'test.range', with: { count: 0 } },
      before: { use: 'test.number@1', with: { value: 1 } },
      l: add(item, from('before.value'), over(from('r.values'))),
      s: { use: 'test.sum', with: { values: from('l.sum') } },
    };
    const outcome = await run({ nodes, outputs: { list: from('l.sum'), sum: from('s.sum') } });
    expect(outcome.outputs).toEqual({ list: [], sum: 0 });
    expect(outcome.started).toEqual(['r', 's']);
  });

  it('leaves out the elements that a condition on them refuses', async () => {
    const nodes = {
      l: {
        use: 'test.number@1',
        with: { value: item },
        ...over([1, 0, 2], { when: { not: { equals: [item, 0] } } }),
      },
    };
    expect((await run({ nodes, outputs: { out: from('l.value') } })).outputs).toEqual({ out: [1, 2] });
  });

  it('leaves out the elements for which a node gives nothing', async () => {
    const nodes = {
      l: { use: 'test.maybe', with: { value: item, give: true }, ...over([1, 2]) },
      m: { use: 'test.maybe', with: { value: item, give: false }, ...over([1, 2]) },
      n: add(item, 1, over(from('m.value'))),
    };
    expect(
      await run({ nodes, outputs: { l: from('l.value'), m: from('m.value'), n: from('n.sum') } }),
    ).toMatchObject({
      state: 'completed',
      outputs: { l: [1, 2], m: [], n: [] },
    });
  });

  it('is absent as a whole when the condition is not about the element', async () => {
    const nodes = {
      l: add(item, 1, over([1, 2], { when: false })),
      s: { use: 'test.sum', with: { values: from('l.sum') } },
    };
    expect(await run({ nodes, outputs: { l: from('l.sum'), s: from('s.sum') } })).toMatchObject({
      state: 'completed',
      outputs: { l: null, s: null },
    });
  });

  it('runs what changes in every job each time, whatever it loops over', async () => {
    const engine = new MemoryEngine(nodes);
    const document = documentOf({
      nodes: { f: { use: 'test.fresh', with: { value: 3 } }, l: add(item, from('f.value'), over([1, 2])) },
      outputs: { out: from('l.sum') },
    });
    await engine.run(document);
    expect((await engine.run(document)).started.sort()).toEqual(['f', 'l[0]', 'l[1]']);
  });
});

describe('loops within loops', () => {
  it('gather for each outer turn by itself, also where rows are of different length', async () => {
    const nodes = {
      t: table,
      all: { use: 'row', with: { xs: item, plus: { item: 'item.index' } }, ...over(from('t.values')) },
    };
    expect((await run({ nodes, outputs: { each: from('all.each'), sum: from('all.sum') } })).outputs).toEqual(
      {
        each: [[], [11], [22, 23], [33, 34, 35]],
        sum: [0, 11, 45, 102],
      },
    );
  });

  it('may go over what an outer element holds, three levels deep', async () => {
    const rows = documentOf({
      id: 'rows',
      inputs: { table: { type: 'list', items: { type: 'list', items: { type: 'number' } } } },
      nodes: { row: { use: 'row', with: { xs: item }, ...over({ input: 'table' }) } },
      outputs: { sums: from('row.sum') },
    });
    const nodes = {
      t: table,
      twice: { use: 'rows', with: { table: item }, ...over({ list: [from('t.values'), { list: [[5]] }] }) },
    };
    expect((await run({ nodes, outputs: { out: from('twice.sums') } }, [row, rows])).outputs).toEqual({
      out: [[0, 10, 41, 93], [5]],
    });
  });

  it('know their own element from the outer one though both have the same name', async () => {
    const inner = documentOf({
      id: 'inner',
      inputs: { y: { type: 'number' } },
      nodes: { add: add(item, { input: 'y' }, over([1, 2])) },
      outputs: { sums: from('add.sum') },
    });
    const nodes = { each: { use: 'inner', with: { y: item }, ...over([10, 20]) } };
    expect((await run({ nodes, outputs: { out: from('each.sums') } }, [inner])).outputs).toEqual({
      out: [
        [11, 12],
        [21, 22],
      ],
    });
  });

  it('have readable ids', async () => {
    const nodes = { t: table, all: { use: 'row', with: { xs: item }, ...over(from('t.values')) } };
    const outcome = await run({ nodes, outputs: { out: from('all.sum') } });
    expect(outcome.started).toEqual(expect.arrayContaining(['all[3]/each[2]', 'all[0]/sum']));
    expect(outcome.graph.nodes['all[3]/each[2]']!.title).toBe('Add (4 of 4) (3 of 3)');
  });
});

describe('a list of values, outputs of nodes and outputs of pipelines', () => {
  it('holds all of them in the order written', async () => {
    const nodes = {
      n: { use: 'test.number@1', with: { value: 2 } },
      p: { use: 'row', with: { xs: [1, 2] } },
    };
    expect(
      (await run({ nodes, outputs: { out: { list: [1, from('n.value'), from('p.sum')] } } })).outputs,
    ).toEqual({
      out: [1, 2, 3],
    });
  });
});
