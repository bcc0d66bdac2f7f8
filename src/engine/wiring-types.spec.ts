import { add, brief, from, number, problemsOf, withNodes } from '../../test/conformance/documents.js';
import { catalogueOf } from '../../test/conformance/nodes.js';
import { parsePipeline } from './pipeline.js';

const sumOf = (output: string) => add(from(output));

describe('the types in a document', () => {
  const one = (use: string, inputs: object, more: object = {}) =>
    withNodes({ x: { use, with: inputs, ...more } });

  it('reports a value that does not fit its port', () => {
    const problems = problemsOf(one('test.mix', { share: 7 }));
    expect(brief(problems)).toEqual(['invalid-value /nodes/x/with/share']);
    expect(problems[0]!.message).toBe('The input “share” must be from 0 to 1, not 7.');
  });

  it('reports the element of a list that does not fit', () => {
    expect(brief(problemsOf(one('test.sum', { values: [1, 'two', 3] })))).toEqual([
      'invalid-value /nodes/x/with/values/1',
    ]);
    expect(
      brief(problemsOf(one('test.sum', { values: { list: [1, { from: 'base.value' }, true] } }))),
    ).toEqual(['invalid-value /nodes/x/with/values/list/2']);
  });

  it('reports a connection between types that do not go together', () => {
    const problems = problemsOf(one('test.picture', { image: { from: 'base.value' } }));
    expect(problems).toEqual([
      {
        code: 'incompatible',
        pointer: '/nodes/x/with/image',
        message: 'A number does not fit the input “image”, which takes an image.',
      },
    ]);
  });

  it('lets a whole number lead to a number, but not the other way round', () => {
    expect(
      problemsOf(withNodes({ h: { use: 'test.halve', with: { value: 4 } }, x: sumOf('h.value') })),
    ).toEqual([]);
    expect(brief(problemsOf(one('test.halve', { value: { from: 'base.value' } })))).toEqual([
      'incompatible /nodes/x/with/value',
    ]);
  });

  it('takes one value for a list of it', () => {
    expect(problemsOf(one('test.sum', { values: { from: 'base.value' } }))).toEqual([]);
  });

  it('refuses a forEach over what is no list', () => {
    const problems = problemsOf(
      withNodes({
        x: { use: 'test.add', forEach: { of: { from: 'base.value' } }, with: { a: { item: 'item' } } },
        y: { use: 'test.add', forEach: { of: 5 }, with: { a: { item: 'item' } } },
      }),
    );
    expect(brief(problems)).toEqual(['not-a-list /nodes/x/forEach/of', 'not-a-list /nodes/y/forEach/of']);
  });

  it('holds each element of a written forEach against the port it goes to', () => {
    const loop = (of: unknown) => ({
      x: { use: 'test.add', forEach: { of }, with: { a: { item: 'item' } } },
    });
    expect(problemsOf(withNodes(loop([1, 2])))).toEqual([]);
    expect(brief(problemsOf(withNodes(loop([1, 'two']))))).toEqual(['invalid-value /nodes/x/forEach/of/1']);
    expect(brief(problemsOf(withNodes(loop({ list: [{ from: 'base.value' }, 'two'] }))))).toEqual([
      'invalid-value /nodes/x/forEach/of/list/1',
    ]);
  });

  it('knows that the output of a node with forEach is a list', () => {
    const loop = {
      use: 'test.add',
      forEach: { of: [1, 2] },
      with: { a: { item: 'item' }, b: { item: 'item.index' } },
    };
    expect(
      problemsOf(withNodes({ loop, total: { use: 'test.sum', with: { values: { from: 'loop.sum' } } } })),
    ).toEqual([]);
    expect(brief(problemsOf(withNodes({ loop, x: sumOf('loop.sum') })))).toEqual([
      'incompatible /nodes/x/with/a',
    ]);
  });

  it('refuses a condition that is not true or false', () => {
    expect(brief(problemsOf(one('test.number', {}, { when: { from: 'base.value' } })))).toEqual([
      'incompatible /nodes/x/when',
    ]);
    expect(brief(problemsOf(one('test.number', {}, { when: { not: 5 } })))).toEqual([
      'invalid-value /nodes/x/when/not',
    ]);
  });

  it('accepts conditions made of not and equals, and refuses to compare pictures or what can never be equal', () => {
    const style = {
      inputs: { style: { type: 'enum', values: ['plain', 'fancy'] }, image: { type: 'image' } },
    };
    const when = (condition: unknown) => withNodes({ x: { ...number(), when: condition } }, style);
    expect(problemsOf(when({ not: { equals: [{ input: 'style' }, 'fancy'] } }))).toEqual([]);
    expect(brief(problemsOf(when({ equals: [{ input: 'style' }, 'fency'] })))).toEqual([
      'invalid-value /nodes/x/when/equals/1',
    ]);
    expect(brief(problemsOf(when({ equals: [{ input: 'image' }, { input: 'style' }] })))).toEqual([
      'incompatible /nodes/x/when/equals/0',
    ]);
  });

  it('refuses not and equals outside when', () => {
    expect(brief(problemsOf(one('test.flag', { value: { not: true } })))).toEqual([
      'misplaced-reference /nodes/x/with/value',
    ]);
  });

  it('knows what the values and references of a list have in common', () => {
    const specOf = (list: unknown[]) => {
      const parsed = parsePipeline(
        withNodes({ h: { use: 'test.halve', with: { value: 4 } } }, { outputs: { out: { list } } }),
        catalogueOf(),
      );
      return 'pipeline' in parsed ? parsed.pipeline.outputs.get('out')!.spec : brief(parsed.problems);
    };
    const listOf = (type: string) => ({ type: 'list', items: { type } });
    expect(specOf([])).toEqual(listOf('json'));
    expect(specOf([1, 2])).toEqual(listOf('integer'));
    expect(specOf([1, 2.5])).toEqual(listOf('number'));
    expect(specOf(['a', 'b\nc'])).toEqual(listOf('text'));
    expect(specOf([1, 'a'])).toEqual(listOf('json'));
    expect(specOf([{ from: 'h.value' }, 1, { from: 'base.value' }])).toEqual(listOf('number'));
    expect(specOf([{ from: 'h.value' }, 'a'])).toEqual(['invalid-value /outputs/out/list/1']);
  });

  it('lets something that may be absent lead to a port that needs a value, because the node is then skipped', () => {
    expect(
      problemsOf(
        withNodes(
          { x: { use: 'test.add', with: { a: { input: 'maybe' } } } },
          {
            inputs: { maybe: { type: 'number', optional: true } },
          },
        ),
      ),
    ).toEqual([]);
  });

  it('reports defaults of inputs that their own declaration refuses, and patterns that cannot be read', () => {
    const inputs = {
      size: { type: 'integer', max: 5, default: 9 },
      name: { type: 'string', pattern: '(' },
      names: { type: 'list', items: { type: 'string', pattern: '[' } },
    };
    expect(brief(problemsOf(withNodes({}, { inputs })))).toEqual([
      'structure /inputs/size/default',
      'structure /inputs/name/pattern',
      'structure /inputs/names/items/pattern',
    ]);
  });

  it('compares what is written with what it looks like as an input, such as a colour in capital letters', () => {
    const document = withNodes(
      { x: number(1, { when: { not: { equals: ['#FF8800', { input: 'tint' }] } } }) },
      { inputs: { tint: { type: 'colour', default: '#ff8800' } } },
    );
    const parsed = parsePipeline(document, catalogueOf());
    expect('pipeline' in parsed && parsed.pipeline.steps.get('x')!.when).toMatchObject({
      operand: { left: { value: '#ff8800' } },
    });
  });
});
