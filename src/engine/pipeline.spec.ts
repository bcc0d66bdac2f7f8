import { brief, number, problemsOf, withNodes, add, from } from '../../test/conformance/documents.js';
import { catalogueOf, documentOf } from '../../test/conformance/nodes.js';
import { processorMs } from '../../test/conformance/processor-time.js';
import { maxNodes } from './limits.js';
import { parsePipeline } from './pipeline.js';
import type { Problem } from './problem.js';

const catalogue = catalogueOf();
const sumOf = (output: string) => add(from(output));

describe('a pipeline that is right', () => {
  it('is read with every name resolved, nodes after those they need', () => {
    const parsed = parsePipeline(
      documentOf({
        inputs: { start: { type: 'number', default: 2 } },
        nodes: {
          sum: { use: 'test.add', with: { a: { from: 'first.value' }, b: { input: 'start' } } },
          first: number(),
        },
        outputs: { sum: { from: 'sum.sum' } },
      }),
      catalogue,
    );
    if ('problems' in parsed) throw new Error(parsed.problems[0]!.message);
    expect([...parsed.pipeline.steps.keys()]).toEqual(['first', 'sum']);
    expect(parsed.pipeline.outputs.get('sum')!.spec).toEqual({ type: 'number' });
    expect(parsed.pipeline).toMatchObject({ size: 2, nesting: 1 });
  });

  it('means the newest version of a node when it names none', () => {
    const parsed = parsePipeline(withNodes({ newest: { use: 'test.number' } }), catalogue);
    if ('problems' in parsed) throw new Error(parsed.problems[0]!.message);
    const { use } = parsed.pipeline.steps.get('newest')!;
    expect(use.kind === 'node' && use.node.description.version).toBe(2);
  });

  it('may leave inputs of its own unused', () => {
    expect(problemsOf(withNodes({}, { inputs: { spare: { type: 'number' } } }))).toEqual([]);
  });

  it('may have nodes named like the members of every object', () => {
    expect(
      problemsOf(withNodes({ constructor: number(), hasOwnProperty: sumOf('constructor.value') })),
    ).toEqual([]);
    expect(brief(problemsOf(withNodes({ x: sumOf('toString.value') })))).toEqual([
      'unknown-node /nodes/x/with/a',
    ]);
  });
});

describe('the structure of a document', () => {
  it.each([null, 5, 'text', [], undefined])('refuses %p, which is no document', (json) => {
    expect(problemsOf(json)[0]).toMatchObject({ code: 'structure', pointer: '' });
  });

  it('reports every missing part', () => {
    expect(brief(problemsOf({}))).toEqual(
      ['/id', '/version', '/title', '/nodes', '/outputs'].map((pointer) => `structure ${pointer}`),
    );
  });

  it('names the key that was probably meant', () => {
    const problems = problemsOf(withNodes({ x: { ...number(), forEech: {} } }, { ouputs: {} }));
    expect(problems).toContainEqual({
      code: 'structure',
      pointer: '/nodes/x/forEech',
      message: 'There is no key "forEech" here; did you mean “forEach”?',
    });
    expect(problems).toContainEqual({
      code: 'structure',
      pointer: '/ouputs',
      message: 'There is no key "ouputs" here; did you mean “outputs”?',
    });
  });

  it('reports the errors of the parts that can be read beside those that cannot', () => {
    const problems = problemsOf(
      documentOf({
        id: 'Not An Id',
        inputs: { bad: { type: 'imagee' }, good: { type: 'number' } },
        nodes: {
          broken: { use: 5 },
          a: { use: 'test.add', with: { a: { from: 'broken.value' }, b: { input: 'bad' } } },
          b: { use: 'test.add', with: { a: { from: 'nobody.value' }, b: { input: 'goood' } } },
        },
        outputs: { out: { from: 'a.sum' } },
      }),
    );
    expect(brief(problems).sort()).toEqual([
      'structure /id',
      'structure /inputs/bad/type',
      'structure /nodes/broken/use',
      'unknown-input /nodes/b/with/b',
      'unknown-node /nodes/b/with/a',
    ]);
  });

  it('writes pointers as RFC 6901 has them', () => {
    const problems = problemsOf(withNodes({ x: { use: 'test.number', with: { 'a/b~c': 1 } } }));
    expect(brief(problems)).toEqual(['undeclared-input /nodes/x/with/a~1b~0c']);
  });

  it('refuses a document without outputs', () => {
    expect(brief(problemsOf(withNodes({}, { outputs: {} })))).toEqual(['structure /outputs']);
  });

  it('refuses names that could not be part of a reference', () => {
    expect(brief(problemsOf(withNodes({ 'a.b': number() })))).toEqual(['structure /nodes/a.b']);
  });
});

describe('the names in a document', () => {
  it('suggests the nearest node type, pipeline, node, input and output', () => {
    const messages = problemsOf(
      withNodes(
        {
          a: { use: 'test.nmber' },
          b: { use: 'poter' },
          c: sumOf('bas.value'),
          d: sumOf('base.vlue'),
          e: { use: 'test.add', with: { a: { input: 'strat' }, bb: 1 } },
        },
        { inputs: { start: { type: 'number' } } },
      ),
      catalogueOf([{ ...withNodes({}), id: 'poster' }]),
    ).map(({ message }) => message);
    expect(messages).toEqual([
      'Nothing that is installed is called “test.nmber”; did you mean “test.number”?',
      'Nothing that is installed is called “poter”; did you mean “poster”?',
      'There is no node “bas”; did you mean “base”?',
      'The node “base” has no output “vlue”; did you mean “value”?',
      'The pipeline has no input “strat”; did you mean “start”?',
      '“test.add” has no input “bb”; did you mean “b”?',
    ]);
  });

  it('reports a version that is not installed', () => {
    expect(problemsOf(withNodes({ x: { use: 'test.number@9' } }))[0]!.message).toBe(
      'Nothing that is installed is called “test.number@9”; did you mean “test.number@1”?',
    );
  });

  it('reports every required input that is left out, at the place where it belongs', () => {
    expect(brief(problemsOf(withNodes({ x: { use: 'test.divide' } })))).toEqual([
      'missing-input /nodes/x/with/a',
      'missing-input /nodes/x/with/b',
    ]);
  });

  it('reports an item outside a node with forEach, and one with another name', () => {
    expect(
      brief(
        problemsOf(
          withNodes({
            x: { use: 'test.add', with: { a: { item: 'it' } } },
            y: { use: 'test.add', forEach: { of: [1], as: 'it' }, with: { a: { item: 'its' } } },
          }),
        ),
      ),
    ).toEqual(['misplaced-reference /nodes/x/with/a', 'unknown-item /nodes/y/with/a']);
  });

  it('reports references that are written wrongly, and reads the same object as a value when told to', () => {
    const bad = { from: 7 };
    const target = (value: unknown) => ({ x: { use: 'test.number', with: { value } } });
    expect(brief(problemsOf(withNodes(target(bad))))).toEqual(['invalid-reference /nodes/x/with/value']);
    expect(brief(problemsOf(withNodes(target({ value: bad }))))).toEqual([
      'invalid-value /nodes/x/with/value/value',
    ]);
    for (const wrong of [{ from: 'a.b.c' }, { first: [] }, { list: 1 }, { item: 3 }, { input: null }]) {
      expect(brief(problemsOf(withNodes(target(wrong))))).toEqual(['invalid-reference /nodes/x/with/value']);
    }
  });
});

describe('cycles', () => {
  it('reports a node that needs itself, two that need one another and a longer way round, each with its path', () => {
    const problems = problemsOf(
      withNodes({
        own: sumOf('own.sum'),
        a: sumOf('b.sum'),
        b: sumOf('a.sum'),
        x: sumOf('z.sum'),
        y: sumOf('x.sum'),
        z: sumOf('y.sum'),
      }),
    );
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['cycle', ['own', 'own']],
      ['cycle', ['a', 'b', 'a']],
      ['cycle', ['x', 'y', 'z', 'x']],
    ]);
    expect(problems[2]!.message).toBe('These nodes wait for one another: x → y → z → x.');
  });

  it('finds cycles through when and forEach', () => {
    const problems = problemsOf(
      withNodes({
        a: { ...number(), when: { from: 'b.yes' } },
        b: { use: 'test.positive', with: { value: { from: 'a.value' } } },
        c: { use: 'test.range', with: { count: 2 }, when: { not: { equals: [{ from: 'd.sum' }, []] } } },
        d: { use: 'test.add', forEach: { of: { from: 'c.values' } }, with: { a: { item: 'item' } } },
      }),
    );
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['cycle', ['a', 'b', 'a']],
      ['cycle', ['c', 'd', 'c']],
    ]);
  });

  it('reports a cycle of every node of a long chain once', () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [`n${i}`, sumOf(`n${(i + 4999) % 5000}.sum`)]),
    );
    const problems = problemsOf(withNodes(nodes));
    expect(problems.map(({ code }) => code)).toEqual(['cycle']);
    expect(problems[0]!.path).toHaveLength(5001);
    expect(problems[0]!.message.length).toBeLessThan(300);
  });
});

describe('big documents', () => {
  const chain = (length: number) =>
    withNodes(
      Object.fromEntries(
        Array.from({ length }, (_, i) => [`n${i}`, sumOf(i === 0 ? 'base.value' : `n${i - 1}.sum`)]),
      ),
    );
  it('of a hundred thousand nodes are refused with one clear error in well under two seconds', () => {
    const document = chain(100_000);
    let problems: Problem[] = [];
    expect(processorMs(() => (problems = problemsOf(document)))).toBeLessThan(500);
    expect(problems).toEqual([
      {
        code: 'too-many-nodes',
        pointer: '/nodes',
        message: `A pipeline has at most ${maxNodes} nodes; split this one into several.`,
      },
    ]);
  });

  it('of as many nodes as allowed are checked in under two seconds', () => {
    const document = chain(maxNodes - 1);
    expect(processorMs(() => expect(problemsOf(document)).toEqual([]))).toBeLessThan(2000);
  });

  it('full of unknown names are answered in under two seconds', () => {
    const nodes = Array.from({ length: maxNodes - 1 }, (_, i) => [
      `node-number-${i}`,
      sumOf(`node-nmber-${i}.sum`),
    ]);
    const document = withNodes(Object.fromEntries(nodes));
    expect(processorMs(() => expect(problemsOf(document)).toHaveLength(maxNodes - 1))).toBeLessThan(2000);
  });

  it('nested a hundred thousand levels deep are refused without overflowing the stack', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = { not: deep };
    expect(brief(problemsOf(withNodes({ x: { ...number(), when: deep } })))).toEqual(['too-deep ']);
  });
});
