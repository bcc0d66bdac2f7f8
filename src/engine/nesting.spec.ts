import { add, brief, from, number, problemsOf, withNodes } from '../../test/conformance/documents.js';
import { catalogueOf, documentOf } from '../../test/conformance/nodes.js';

const sumOf = (output: string) => add(from(output));

describe('pipelines used as nodes', () => {
  const inner = documentOf({
    id: 'inner',
    inputs: { value: { type: 'number' }, by: { type: 'number', default: 1 } },
    nodes: { add: { use: 'test.add', with: { a: { input: 'value' }, b: { input: 'by' } } } },
    outputs: { sum: { from: 'add.sum' }, twice: { list: [{ from: 'add.sum' }, { from: 'add.sum' }] } },
  });

  it('have the inputs and outputs that they declare', () => {
    const known = catalogueOf([inner]);
    expect(
      problemsOf(withNodes({ x: { use: 'inner', with: { value: 1 } }, y: sumOf('x.sum') }), known),
    ).toEqual([]);
    expect(
      brief(problemsOf(withNodes({ x: { use: 'inner', with: { vlue: 1 } }, y: sumOf('x.twice') }), known)),
    ).toEqual([
      'undeclared-input /nodes/x/with/vlue',
      'missing-input /nodes/x/with/value',
      'incompatible /nodes/y/with/a',
    ]);
  });

  it('that have errors of their own are reported where they are used', () => {
    const known = catalogueOf([{ ...inner, nodes: {} }]);
    const problems = problemsOf(withNodes({ x: { use: 'inner', with: { value: 1 } } }), known);
    expect(brief(problems)).toEqual(['broken-use /nodes/x/use']);
    expect(problems[0]!.message).toBe('The pipeline “inner” has errors of its own: There is no node “add”.');
  });

  const using = (id: string, ...used: string[]) =>
    documentOf({
      id,
      nodes: Object.fromEntries([['base', number()], ...used.map((use, i) => [`u${i}`, { use }])]),
      outputs: { value: { from: 'base.value' } },
    });

  it('may not use themselves', () => {
    const problems = problemsOf(using('a', 'a'));
    expect(problems).toEqual([
      {
        code: 'recursion',
        pointer: '/nodes/u0/use',
        message: 'The pipeline “a” uses itself: a → a.',
        path: ['a', 'a'],
      },
    ]);
  });

  it('may not use themselves by way of others, whatever the catalogue says of the pipeline so far', () => {
    const known = catalogueOf([using('a'), using('b', 'c'), using('c', 'a')]);
    const problems = problemsOf(using('a', 'b'), known);
    expect(problems).toMatchObject([
      { code: 'recursion', pointer: '/nodes/u0/use', path: ['a', 'b', 'c', 'a'] },
    ]);
    expect(problemsOf(using('d', 'b'), known)).toEqual([]);
  });

  it('that use one another are broken for whoever uses them', () => {
    const known = catalogueOf([using('b', 'c'), using('c', 'b')]);
    expect(brief(problemsOf(using('a', 'b'), known))).toEqual(['broken-use /nodes/u0/use']);
  });

  it('may be nested 32 levels deep', () => {
    const chain = Array.from({ length: 40 }, (_, i) => using(`p${i}`, ...(i === 0 ? [] : [`p${i - 1}`])));
    const known = catalogueOf(chain);
    expect(problemsOf(using('top', 'p30'), known)).toEqual([]);
    expect(brief(problemsOf(using('top', 'p31'), known))).toEqual(['too-deep /nodes/u0/use']);
  });

  it('may be nested by the thousands without overflowing the stack, and are refused', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => using(`p${i}`, ...(i === 0 ? [] : [`p${i - 1}`])));
    expect(brief(problemsOf(using('top', 'p19999'), catalogueOf(chain)))).toEqual([
      'broken-use /nodes/u0/use',
    ]);
  });

  it('count with all their nodes', () => {
    const doubling = Array.from({ length: 16 }, (_, i) =>
      using(`p${i}`, ...(i === 0 ? [] : [`p${i - 1}`, `p${i - 1}`])),
    );
    expect(brief(problemsOf(using('top', 'p13', 'p13'), catalogueOf(doubling)))).toEqual([
      'too-many-nodes /nodes',
    ]);
  });

  it('keep their meaning when an account adds pipelines of its own', () => {
    const known = catalogueOf([inner]).with([{ ...inner, outputs: {} }, { ...using('mine', 'inner') }]);
    expect(
      problemsOf(withNodes({ x: { use: 'inner', with: { value: 1 } }, y: sumOf('x.sum') }), known),
    ).toEqual([]);
  });
});
