import { add, from, number } from './documents.js';
import { MemoryEngine, type RunOptions } from './memory-engine.js';
import { documentOf, nodes } from './nodes.js';

const run = (document: unknown, options?: RunOptions, inputs = {}) =>
  new MemoryEngine(nodes).run(document, inputs, options);

describe('what is not needed is not run', () => {
  /** The second picture is needed only where the mask is not empty. */
  const masked = (mask: number) =>
    documentOf({
      nodes: {
        mask: number(mask),
        used: { use: 'test.positive', with: { value: from('mask.value') } },
        one: number(10),
        two: number(20, { when: from('used.yes') }),
        mix: {
          use: 'test.mix',
          with: { a: from('one.value'), b: from('two.value'), share: from('mask.value') },
          when: from('used.yes'),
        },
      },
      outputs: { out: { first: [from('mix.value'), from('one.value')] } },
    });

  it('an empty mask keeps the second picture from being made, and the first one is the result', async () => {
    const outcome = await run(masked(0));
    expect(outcome.outputs).toEqual({ out: 10 });
    expect(outcome.started.sort()).toEqual(['mask', 'one', 'used']);
  });

  it('a mask that is not empty needs both', async () => {
    expect(await run(masked(0.5))).toMatchObject({ outputs: { out: 15 }, state: 'completed' });
  });

  it('of three masks, each needing something else, all that any needs is run', async () => {
    const inner = masked(0);
    const each = documentOf({
      id: 'each',
      inputs: { mask: { type: 'number' } },
      nodes: { ...inner.nodes, mask: number({ input: 'mask' }) },
      outputs: inner.outputs,
    });
    const document = documentOf({
      nodes: { all: { use: 'each', forEach: { of: [0, 0.5, 1] }, with: { mask: { item: 'item' } } } },
      outputs: { out: from('all.out') },
    });
    const outcome = await new MemoryEngine(nodes, [each]).run(document);
    expect(outcome.outputs).toEqual({ out: [10, 15, 20] });
    expect(outcome.started).not.toContain('all[0]/two');
  });

  it('the options of a first are made one after the other, until one is there', async () => {
    const document = documentOf({
      nodes: { a: { use: 'test.fail', onError: 'continue' }, b: number(2), c: number(3) },
      outputs: { out: { first: [from('a.value'), from('b.value'), from('c.value')] } },
    });
    expect(await run(document)).toMatchObject({ started: ['a', 'b'], outputs: { out: 2 } });
  });
});

describe('a branch that is not taken', () => {
  const branches = (yes: boolean, more: object = {}) =>
    documentOf({
      nodes: {
        shared: number(1),
        yes: { use: 'test.flag', with: { value: yes } },
        onlyThen: number(10),
        then: add(from('onlyThen.value'), from('shared.value'), { when: from('yes.value') }),
        onlyElse: number(20),
        else: add(from('onlyElse.value'), from('shared.value'), { when: { not: from('yes.value') } }),
        ...more,
      },
      outputs: { out: { first: [from('then.sum'), from('else.sum')] } },
    });

  it('does not run the ancestors that are only its own, and does run those it shares', async () => {
    const taken = await run(branches(true));
    expect(taken.outputs).toEqual({ out: 11 });
    expect(taken.started.sort()).toEqual(['onlyThen', 'shared', 'then', 'yes']);
    const other = await run(branches(false));
    expect(other.outputs).toEqual({ out: 21 });
    expect(other.started.sort()).toEqual(['else', 'onlyElse', 'shared', 'yes']);
  });

  it('does not even ask the conditions inside it', async () => {
    const document = branches(false, {
      deep: { use: 'test.positive', with: { value: from('onlyThen.value') } },
      then: add({ first: [from('inner.sum'), 0] }, 0, { when: from('yes.value') }),
      inner: add(1, 1, { when: from('deep.yes') }),
    });
    expect((await run(document)).started).not.toContain('deep');
  });

  it('is chosen anew in each turn of a loop', async () => {
    const inner = documentOf({
      id: 'inner',
      inputs: { x: { type: 'number' } },
      nodes: {
        p: { use: 'test.positive', with: { value: { input: 'x' } } },
        then: add({ input: 'x' }, 100, { when: from('p.yes') }),
        else: add({ input: 'x' }, -100, { when: { not: from('p.yes') } }),
      },
      outputs: { out: { first: [from('then.sum'), from('else.sum')] } },
    });
    const document = documentOf({
      nodes: { each: { use: 'inner', forEach: { of: [-1, 1] }, with: { x: { item: 'item' } } } },
      outputs: { out: from('each.out') },
    });
    const outcome = await new MemoryEngine(nodes, [inner]).run(document);
    expect(outcome.outputs).toEqual({ out: [-101, 101] });
    expect(outcome.started).not.toContain('each[0]/then');
  });

  it('leaves its output absent, which is no failure', async () => {
    const document = documentOf({
      nodes: { a: number(1, { when: false }), b: number(2) },
      outputs: { a: from('a.value'), b: from('b.value') },
    });
    expect(await run(document)).toMatchObject({
      state: 'completed',
      outputs: { a: null, b: 2 },
      skipped: ['a'],
      warnings: [],
    });
  });
});

describe('a job for some of the outputs', () => {
  const document = documentOf({
    nodes: {
      source: number(1),
      one: add(from('source.value'), 1),
      two: add(from('one.sum'), 1),
      other: number(9),
    },
    outputs: { one: from('one.sum'), two: from('two.sum'), other: from('other.value') },
  });

  it('gives these and runs nothing for the others', async () => {
    expect(await run(document, { targets: ['other'] })).toMatchObject({
      outputs: { other: 9 },
      started: ['other'],
    });
  });

  it('runs what they depend on, also what is an output itself', async () => {
    const outcome = await run(document, { targets: ['two'] });
    expect(outcome.outputs).toEqual({ two: 3 });
    expect(outcome.started).toEqual(['source', 'one', 'two']);
  });

  it('gives several', async () => {
    expect((await run(document, { targets: ['two', 'other'] })).outputs).toEqual({ two: 3, other: 9 });
  });

  it('stays lazy', async () => {
    const lazy = documentOf({
      nodes: { a: number(1), b: number(2), c: add({ first: [from('a.value'), from('b.value')] }) },
      outputs: { c: from('c.sum'), b: from('b.value') },
    });
    expect((await run(lazy, { targets: ['c'] })).started).toEqual(['a', 'c']);
  });
});

describe('the order of nodes', () => {
  it('takes one branch to its end before the next, so that what is made is used up', async () => {
    const branch = (name: string) => ({
      [`${name}1`]: number(name.charCodeAt(0)),
      [`${name}2`]: add(from(`${name}1.value`)),
      [`${name}3`]: add(from(`${name}2.sum`)),
    });
    const document = documentOf({
      nodes: { ...branch('a'), ...branch('b') },
      outputs: { a: from('a3.sum'), b: from('b3.sum') },
    });
    const { started } = await run(document, { width: { host: 1, accelerator: 1 } });
    expect(started).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3']);
  });
});
