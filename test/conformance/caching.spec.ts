import { defineNode, port } from '@atelier/sdk';
import { from, number } from './documents.js';
import { MemoryEngine } from './memory-engine.js';
import { documentOf, nodes } from './nodes.js';

/** Two sources, mixed in some proportion: the numbers stand for pictures and a mask. */
const mix = (share: number) =>
  documentOf({
    nodes: {
      one: number(10),
      two: number(20),
      share: number(share),
      mix: {
        use: 'test.mix',
        with: { a: from('one.value'), b: from('two.value'), share: from('share.value') },
      },
    },
    outputs: { out: from('mix.value'), one: from('one.value'), two: from('two.value') },
  });

describe('results of earlier jobs', () => {
  it('a second identical job runs nothing', async () => {
    const engine = new MemoryEngine(nodes);
    const first = await engine.run(mix(0.5));
    const second = await engine.run(mix(0.5));
    expect(first.started.sort()).toEqual(['mix', 'one', 'share', 'two']);
    expect(second.started).toEqual([]);
    expect(second.outputs).toEqual({ out: 15, one: 10, two: 20 });
  });

  it('without a cache everything runs again', async () => {
    const first = await new MemoryEngine(nodes).run(mix(0.5));
    const second = await new MemoryEngine(nodes).run(mix(0.5));
    expect(second.started).toEqual(first.started);
  });

  it('when one value changes, only what depends on it runs', async () => {
    const engine = new MemoryEngine(nodes);
    await engine.run(mix(0.5));
    expect((await engine.run(mix(0.25))).started.sort()).toEqual(['mix', 'share']);
  });

  it('are used under other names and in other pipelines', async () => {
    const engine = new MemoryEngine(nodes);
    await engine.run(mix(0.5));
    const other = documentOf({
      id: 'other',
      nodes: { twenty: number(20) },
      outputs: { out: from('twenty.value') },
    });
    expect((await engine.run(other)).started).toEqual([]);
  });

  it('are not used once the files of the plugin have changed', async () => {
    const before = new MemoryEngine(nodes, [], 'before');
    const after = new MemoryEngine(nodes, [], 'after', before.cache);
    await before.run(mix(0.5));
    expect((await after.run(mix(0.5))).started).toHaveLength(4);
  });

  it('that fail are never kept: the node is tried again by the next job', async () => {
    const engine = new MemoryEngine(nodes);
    const document = documentOf({
      nodes: { a: { use: 'test.fail', onError: 'continue' }, b: number(1) },
      outputs: { a: from('a.value'), b: from('b.value') },
    });
    await engine.run(document);
    const second = await engine.run(document);
    expect(second.started).toEqual(['a']);
    expect(second.warnings).toEqual(['a']);
  });

  it('are complete enough for a job that asks for another output of the same node, which runs again if they are not', async () => {
    const engine = new MemoryEngine(nodes);
    const take = (output: string) =>
      documentOf({
        nodes: { m: { use: 'test.maybe', with: { value: 3, give: true } } },
        outputs: { out: from(`m.${output}`) },
      });
    expect((await engine.run(take('value'))).outputs).toEqual({ out: 3 });
    expect((await engine.run(take('always'))).outputs).toEqual({ out: 3 });
  });
});

describe('nodes whose result depends on more than their inputs', () => {
  it('with cache: false run in every job, and so does everything below them', async () => {
    const engine = new MemoryEngine(nodes);
    const document = documentOf({
      nodes: {
        f: { use: 'test.fresh', with: { value: 1 } },
        n: number(5),
        s: { use: 'test.add', with: { a: from('f.value'), b: from('n.value') } },
      },
      outputs: { out: from('s.sum'), n: from('n.value') },
    });
    await engine.run(document);
    expect((await engine.run(document)).started.sort()).toEqual(['f', 's']);
  });

  it('with a fingerprint run again exactly when it changes', async () => {
    let word = 'monday';
    const stamped = defineNode({
      type: 'test.file',
      version: 1,
      title: 'File',
      inputs: { path: port.string(), value: port.number({ default: 0 }) },
      outputs: { value: port.number() },
      fingerprint: () => word,
      run: ({ value }) => ({ value }),
    });
    const engine = new MemoryEngine([...nodes, stamped]);
    const document = documentOf({
      nodes: {
        f: { use: 'test.file', with: { path: 'x' } },
        s: { use: 'test.add', with: { a: from('f.value') } },
      },
      outputs: { out: from('s.sum') },
    });
    const startedWith = async (next: string) => {
      word = next;
      return (await engine.run(document)).started;
    };
    expect(await startedWith('monday')).toEqual(['f', 's']);
    expect(await startedWith('monday')).toEqual([]);
    expect(await startedWith('tuesday')).toEqual(['f', 's']);
    expect(await startedWith('monday')).toEqual([]);
  });

  it('are asked for it with their constants alone, even when the rest is in the cache', async () => {
    const seen: unknown[] = [];
    const stamped = defineNode({
      type: 'test.file',
      version: 1,
      title: 'File',
      inputs: { path: port.string(), value: port.number() },
      outputs: { value: port.number() },
      fingerprint: (inputs) => JSON.stringify([seen.push(inputs) && 0]),
      run: ({ value }) => ({ value }),
    });
    const engine = new MemoryEngine([...nodes, stamped]);
    const document = documentOf({
      nodes: { n: number(0.25), f: { use: 'test.file', with: { path: 'x', value: from('n.value') } } },
      outputs: { out: from('f.value'), n: from('n.value') },
    });
    await engine.run(document);
    const second = await engine.run(document);
    expect(seen).toEqual([{ path: 'x' }, { path: 'x' }]);
    expect(second).toMatchObject({ started: [], outputs: { out: 0.25 } });
  });
});

describe('one result used twice', () => {
  it('goes to two outputs without running twice', async () => {
    const document = documentOf({
      nodes: { n: number(4) },
      outputs: { one: from('n.value'), two: from('n.value') },
    });
    expect(await new MemoryEngine(nodes).run(document)).toMatchObject({
      started: ['n'],
      outputs: { one: 4, two: 4 },
    });
  });

  it('stands for every node of the job that does the same, such as a step that is the same in each turn of a loop', async () => {
    const inner = documentOf({
      id: 'inner',
      inputs: { x: { type: 'number' } },
      nodes: {
        same: { use: 'test.halve', with: { value: 200 } },
        add: { use: 'test.add', with: { a: { input: 'x' }, b: from('same.value') } },
      },
      outputs: { sum: from('add.sum') },
    });
    const document = documentOf({
      nodes: { each: { use: 'inner', forEach: { of: [1, 2, 3] }, with: { x: { item: 'item' } } } },
      outputs: { sums: from('each.sum') },
    });
    const outcome = await new MemoryEngine(nodes, [inner]).run(document);
    expect(outcome.outputs).toEqual({ sums: [101, 102, 103] });
    expect(outcome.started.filter((id) => id.endsWith('same'))).toEqual(['each[0]/same']);
  });
});
