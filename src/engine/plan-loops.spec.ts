import { from } from '../../test/conformance/documents.js';
import { documentOf } from '../../test/conformance/nodes.js';
import { done, failed, requestOf, running, shapeOf } from '../../test/conformance/plan-request.js';
import { maxNodes } from './limits.js';
import { plan } from './plan.js';

const documentWith = (nodes: Record<string, object>, out: unknown, more: object = {}) =>
  documentOf({ nodes, outputs: { out }, ...more });

describe('loops in a plan', () => {
  const loop = (of: unknown, more: object = {}) => ({
    use: 'test.add',
    forEach: { of },
    with: { a: { item: 'item' } },
    ...more,
  });

  it('are expanded as soon as their list is known', () => {
    const document = documentWith(
      { r: { use: 'test.range', with: { count: 2 } }, l: loop(from('r.values')) },
      from('l.sum'),
    );
    expect(shapeOf(plan(requestOf(document)))).toEqual([['r']]);
    const planned = plan(requestOf(document, { facts: new Map([['r', done({ values: [5, 6] })]]) }));
    expect(shapeOf(planned)).toEqual([['l[0]'], ['l[1]']]);
    expect(running(planned).segments[1]!.nodes[0]!.inputs).toEqual({
      a: { kind: 'ref', ref: { kind: 'inline', value: 6 } },
    });
    expect(planned.graph.loops).toEqual({});
  });

  it('go on from the expanded graph as from the first one', () => {
    const document = documentWith(
      { r: { use: 'test.range', with: { count: 2 } }, l: loop(from('r.values')) },
      from('l.sum'),
    );
    const request = requestOf(document, { facts: new Map([['r', done({ values: [5, 6] })]]) });
    const once = plan(request);
    expect(plan({ ...request, graph: once.graph })).toEqual(once);
    expect(plan(request)).toEqual(once);
  });

  it('over a written list are expanded at once, and over what another loop gives without waiting for it', () => {
    const document = documentWith({ l: loop([1, 2]), m: loop(from('l.sum')) }, from('m.sum'));
    expect(shapeOf(plan(requestOf(document)))).toEqual([
      ['l[0]', 'm[0]'],
      ['l[1]', 'm[1]'],
    ]);
  });

  it('wait for elements that may be left out', () => {
    const document = documentWith(
      { l: loop([1, 2], { onError: 'continue' }), m: loop(from('l.sum')) },
      from('m.sum'),
    );
    expect(shapeOf(plan(requestOf(document)))).toEqual([['l[0]'], ['l[1]']]);
    const facts = new Map([
      ['l[0]', failed()],
      ['l[1]', done({ sum: 3 })],
    ]);
    const planned = plan(requestOf(document, { facts }));
    expect(shapeOf(planned)).toEqual([['m[0]']]);
    expect(planned.warnings.map(({ nodeId }) => nodeId)).toEqual(['l[0]']);
  });

  it('over nothing give an empty list', () => {
    expect(plan(requestOf(documentWith({ l: loop([]) }, from('l.sum'))))).toMatchObject({
      state: 'completed',
      outputs: { out: { kind: 'list', items: [] } },
    });
  });

  it('over too much end the job with a clear failure', () => {
    const document = documentWith(
      { r: { use: 'test.range', with: { count: 2 } }, l: loop(from('r.values')) },
      from('l.sum'),
    );
    const values = Array.from({ length: maxNodes }, (_, i) => i);
    expect(plan(requestOf(document, { facts: new Map([['r', done({ values })]]) }))).toMatchObject({
      state: 'failed',
      failure: {
        code: 'too-large',
        message: `l would go over ${maxNodes} elements; a job has at most ${maxNodes} nodes.`,
      },
    });
  });

  it('over the output of a chain of thousands of other loops are planned in one go', () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`l${i}`, loop(i === 0 ? [1] : from(`l${i - 1}.sum`))]),
    );
    expect(shapeOf(plan(requestOf(documentWith(nodes, from('l2999.sum')))))[0]).toHaveLength(3000);
  });

  it('whose turns all read a list as long as they are many end the job instead of filling the memory', () => {
    const all = { use: 'test.sum', forEach: { of: from('l.sum') }, with: { values: from('l.sum') } };
    const document = documentWith(
      { r: { use: 'test.range', with: { count: 2 } }, l: loop(from('r.values')), all },
      from('all.sum'),
    );
    const values = Array.from({ length: 9000 }, (_, i) => i);
    expect(plan(requestOf(document, { facts: new Map([['r', done({ values })]]) }))).toMatchObject({
      state: 'failed',
      failure: { code: 'too-large' },
    });
  });
});
