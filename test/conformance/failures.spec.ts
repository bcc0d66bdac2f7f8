import { Failure } from '@atelier/sdk';
import { add, from, number } from './documents.js';
import { MemoryEngine } from './memory-engine.js';
import { documentOf, nodes } from './nodes.js';

const broken = (more: object = { onError: 'continue' }) => ({ use: 'test.fail', ...more });
const run = (parts: object, documents: unknown[] = [], inputs = {}) =>
  new MemoryEngine(nodes, documents).run(documentOf(parts), inputs);

describe('a node that fails', () => {
  it('ends the job, which says what went wrong', async () => {
    const document = {
      nodes: { d: { use: 'test.divide', with: { a: 1, b: 0 } } },
      outputs: { out: from('d.quotient') },
    };
    expect(await run(document)).toMatchObject({
      state: 'failed',
      failure: { code: 'node-failed', message: 'Division by zero.' },
    });
  });

  it('does not keep the next job from working', async () => {
    const engine = new MemoryEngine(nodes);
    const divide = documentOf({
      inputs: { by: { type: 'number' } },
      nodes: { d: { use: 'test.divide', with: { a: 6, b: { input: 'by' } } } },
      outputs: { out: from('d.quotient') },
    });
    expect((await engine.run(divide, { by: 0 })).state).toBe('failed');
    expect(await engine.run(divide, { by: 3 })).toMatchObject({ state: 'completed', outputs: { out: 2 } });
  });

  it('does not matter when nothing needs it', async () => {
    expect(
      await run({ nodes: { b: broken({}), n: number(1) }, outputs: { out: from('n.value') } }),
    ).toMatchObject({
      state: 'completed',
      started: ['n'],
    });
  });
});

describe('with onError: continue', () => {
  it('branches that do not need the failed node survive', async () => {
    const document = {
      nodes: { b: broken(), after: add(from('b.value')), n: number(2), other: add(from('n.value'), 1) },
      outputs: { lost: from('after.sum'), kept: from('other.sum') },
    };
    expect(await run(document)).toMatchObject({
      state: 'completed',
      outputs: { lost: null, kept: 3 },
      warnings: ['b'],
      skipped: ['after'],
    });
  });

  it('it is the failed node that says so, not what is skipped after it', async () => {
    const document = {
      nodes: { b: broken(), after: add(from('b.value'), 0, { onError: 'continue' }), n: number() },
      outputs: { a: from('after.sum'), n: from('n.value') },
    };
    expect((await run(document)).warnings).toEqual(['b']);
    const strict = {
      nodes: { b: broken({}), after: add(from('b.value'), 0, { onError: 'continue' }), n: number() },
      outputs: { a: from('after.sum'), n: from('n.value') },
    };
    expect((await run(strict)).state).toBe('failed');
  });

  it('a node takes a default or does without where its input is lost', async () => {
    const document = {
      nodes: {
        b: broken(),
        d: { use: 'test.add', with: { a: 5, b: from('b.value') } },
        m: { use: 'test.mix', with: { a: 8, b: from('b.value') } },
      },
      outputs: { default: from('d.sum'), optional: from('m.value') },
    };
    expect(await run(document)).toMatchObject({ state: 'completed', outputs: { default: 6, optional: 4 } });
  });

  it('something that needs the failed node only later finds it failed and does not run it again', async () => {
    const document = {
      nodes: {
        b: broken(),
        first: { use: 'test.mix', with: { a: from('b.value'), b: 1 } },
        p: { use: 'test.positive', with: { value: from('first.value') } },
        late: add(from('b.value'), 0, { when: from('p.yes') }),
      },
      outputs: { first: from('first.value'), late: from('late.sum') },
    };
    const outcome = await run(document);
    expect(outcome.started.filter((id) => id === 'b')).toHaveLength(1);
    expect(outcome.outputs).toEqual({ first: 0.5, late: null });
  });

  it('a condition that is lost does not hold', async () => {
    const document = {
      nodes: {
        b: broken(),
        p: { use: 'test.positive', with: { value: from('b.value') } },
        x: number(1, { when: from('p.yes') }),
        y: number(2, { when: { not: from('p.yes') } }),
        z: number(3),
      },
      outputs: { x: from('x.value'), y: from('y.value'), z: from('z.value') },
    };
    expect((await run(document)).outputs).toEqual({ x: null, y: null, z: 3 });
  });

  it('a pipeline used as a node loses only the outputs that need what failed inside', async () => {
    const inner = documentOf({
      id: 'inner',
      nodes: { b: broken({}), n: number(4) },
      outputs: { lost: from('b.value'), kept: from('n.value') },
    });
    const document = {
      nodes: { i: { use: 'inner', onError: 'continue' } },
      outputs: { lost: from('i.lost'), kept: from('i.kept') },
    };
    expect(await run(document, [inner])).toMatchObject({
      state: 'completed',
      outputs: { lost: null, kept: 4 },
      warnings: ['i/b'],
    });
  });

  it('a turn of a loop that fails leaves out its element, and the others go on', async () => {
    const document = {
      nodes: {
        l: {
          use: 'test.divide',
          forEach: { of: [1, 0, 2] },
          with: { a: 4, b: { item: 'item' } },
          onError: 'continue',
        },
        s: { use: 'test.sum', with: { values: from('l.quotient') } },
      },
      outputs: { list: from('l.quotient'), sum: from('s.sum') },
    };
    expect(await run(document)).toMatchObject({
      state: 'completed',
      outputs: { list: [4, 2], sum: 6 },
      warnings: ['l[1]'],
    });
  });

  it('a pipeline of several nodes that fails in one turn leaves out that element of each output that needs it', async () => {
    const inner = documentOf({
      id: 'inner',
      inputs: { x: { type: 'number' } },
      nodes: {
        d: { use: 'test.divide', with: { a: 12, b: { input: 'x' } } },
        after: add(from('d.quotient'), 1),
        n: add({ input: 'x' }, 100),
      },
      outputs: { after: from('after.sum'), n: from('n.sum') },
    });
    const document = {
      nodes: {
        each: {
          use: 'inner',
          forEach: { of: [3, 0, 4] },
          with: { x: { item: 'item' } },
          onError: 'continue',
        },
      },
      outputs: { after: from('each.after'), n: from('each.n') },
    };
    expect((await run(document, [inner])).outputs).toEqual({ after: [5, 4], n: [103, 100, 104] });
  });

  it('when all outputs are lost the job fails', async () => {
    const document = {
      nodes: { a: broken(), b: broken({ onError: 'continue', with: { message: 'Other.' } }) },
      outputs: { a: from('a.value'), b: from('b.value') },
    };
    expect(await run(document)).toMatchObject({
      state: 'failed',
      failure: { code: 'node-failed', message: 'Broken on purpose.' },
    });
  });

  it('when all elements of the only output are lost the job fails, when there were none it does not', async () => {
    const loop = (of: number[]) => ({
      nodes: {
        l: { use: 'test.divide', forEach: { of }, with: { a: 4, b: { item: 'item' } }, onError: 'continue' },
      },
      outputs: { list: from('l.quotient') },
    });
    expect((await run(loop([0, 0]))).state).toBe('failed');
    expect(await run(loop([]))).toMatchObject({ state: 'completed', outputs: { list: [] } });
  });

  it.each(['out-of-memory', 'storage-full'] as const)('%s ends the job all the same', async (code) => {
    const engine = new MemoryEngine(
      nodes.map((node) => {
        const run = () => {
          throw new Failure(code, 'There is none left.');
        };
        return node.type === 'test.fail' ? { ...node, run } : node;
      }),
    );
    const document = documentOf({
      nodes: { b: broken(), n: number() },
      outputs: { b: from('b.value'), n: from('n.value') },
    });
    expect(await engine.run(document)).toMatchObject({ state: 'failed', failure: { code } });
  });
});
