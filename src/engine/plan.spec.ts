import { add, from, number } from '../../test/conformance/documents.js';
import { documentOf } from '../../test/conformance/nodes.js';
import { done, failed, requestOf, running, shapeOf } from '../../test/conformance/plan-request.js';
import { plan } from './plan.js';

const documentWith = (nodes: Record<string, object>, out: unknown, more: object = {}) =>
  documentOf({ nodes, outputs: { out }, ...more });

describe('what a plan runs', () => {
  it('is only what the outputs that are asked for need', () => {
    const document = documentOf({
      nodes: { a: number(1), b: number(2), spare: number(3) },
      outputs: { one: from('a.value'), two: from('b.value') },
    });
    expect(shapeOf(plan(requestOf(document)))).toEqual([['a'], ['b']]);
    expect(shapeOf(plan(requestOf(document, { targets: ['two'] })))).toEqual([['b']]);
  });

  it('is nothing once everything is there', () => {
    const document = documentWith({ a: number(1), b: add(from('a.value')) }, from('b.sum'));
    const planned = plan(requestOf(document, { facts: new Map([['b', done({ sum: 2 })]]) }));
    expect(planned).toMatchObject({ state: 'completed', outputs: { out: { kind: 'inline', value: 2 } } });
  });

  it('is first what decides a condition, and what the node needs only when that holds', () => {
    const document = documentWith(
      {
        flag: { use: 'test.flag', with: { value: true } },
        a: number(1),
        b: add(from('a.value'), 1, { when: from('flag.value') }),
      },
      from('b.sum'),
    );
    expect(shapeOf(plan(requestOf(document)))).toEqual([['flag']]);
    const known = (value: boolean) =>
      plan(requestOf(document, { facts: new Map([['flag', done({ value })]]) }));
    expect(shapeOf(known(true))).toEqual([['a', 'b']]);
    expect(known(false)).toMatchObject({ state: 'completed', outputs: { out: null }, skipped: ['b'] });
  });

  it('is of a first only the first option that is not absent', () => {
    const document = documentWith(
      {
        a: number(1, { onError: 'continue' }),
        b: number(2),
        c: add({ first: [from('a.value'), from('b.value')] }),
      },
      from('c.sum'),
    );
    expect(shapeOf(plan(requestOf(document)))).toEqual([['a']]);
    expect(shapeOf(plan(requestOf(document, { facts: new Map([['a', done({ value: 1 })]]) })))).toEqual([
      ['c'],
    ]);
    expect(shapeOf(plan(requestOf(document, { facts: new Map([['a', failed()]]) })))).toEqual([['b', 'c']]);
  });

  it('is not what a node needs that will be skipped for want of something else', () => {
    const document = documentWith(
      {
        a: number(1),
        b: add(from('a.value'), { input: 'maybe' }),
        c: { use: 'test.divide', with: { a: from('a.value'), b: { input: 'maybe' } } },
      },
      from('c.quotient'),
      {
        inputs: { maybe: { type: 'number', optional: true } },
      },
    );
    expect(plan(requestOf(document))).toMatchObject({
      state: 'completed',
      outputs: { out: null },
      skipped: ['c'],
    });
  });

  it('is a node again whose result lacks what is asked for now', () => {
    const document = documentWith(
      { a: { use: 'test.maybe', with: { value: 1, give: true } }, b: add(from('a.always')) },
      from('b.sum'),
    );
    expect(shapeOf(plan(requestOf(document, { facts: new Map([['a', done({ value: 1 })]]) })))).toEqual([
      ['a', 'b'],
    ]);
    expect(shapeOf(plan(requestOf(document, { facts: new Map([['a', done({ always: 1 })]]) })))).toEqual([
      ['b'],
    ]);
  });

  it('is a node once when several do the same', () => {
    const document = documentWith(
      {
        a: number(1),
        b: number(1),
        s: { use: 'test.sum', with: { values: { list: [from('a.value'), from('b.value')] } } },
      },
      from('s.sum'),
    );
    const [segment] = running(plan(requestOf(document))).segments;
    expect(segment!.nodes.map(({ id }) => id)).toEqual(['a', 's']);
    const local = { kind: 'local', node: 'a', output: 'value' };
    expect(segment!.nodes[1]!.inputs).toEqual({ values: { kind: 'list', items: [local, local] } });
  });

  it('is not what is running already, nor what waits for that', () => {
    const document = documentWith(
      { a: number(1), b: add(from('a.value')), c: number(7), d: add(from('b.sum'), from('c.value')) },
      from('d.sum'),
    );
    const planned = plan(requestOf(document, { busy: new Set(['a', 'b']) }));
    expect(shapeOf(planned)).toEqual([['c']]);
    expect([...running(planned).keys.keys()]).toEqual(['c', 'd']);
  });
});
describe('how a plan ends', () => {
  const two = (a: object, b: object) =>
    documentOf({ nodes: { a, b }, outputs: { a: from('a.value'), b: from('b.value') } });

  it('a node that fails ends the job', () => {
    const facts = new Map([['a', failed()]]);
    expect(plan(requestOf(two(number(1), number(2)), { facts }))).toMatchObject({
      state: 'failed',
      failure: { message: 'Broken.' },
    });
  });

  it('with onError continue the outputs that are left make the job complete, with a warning', () => {
    const facts = new Map([
      ['a', failed()],
      ['b', done({ value: 2 })],
    ]);
    expect(plan(requestOf(two(number(1, { onError: 'continue' }), number(2)), { facts }))).toMatchObject({
      state: 'completed',
      outputs: { a: null, b: { value: 2 } },
      warnings: [{ nodeId: 'a' }],
    });
  });

  it('fails when a failure is among the reasons why nothing is left of any output', () => {
    const document = two(number(1, { onError: 'continue' }), number(2, { when: false }));
    expect(plan(requestOf(document, { facts: new Map([['a', failed()]]) }))).toMatchObject({
      state: 'failed',
    });
    expect(plan(requestOf(two(number(1, { when: false }), number(2, { when: false }))))).toMatchObject({
      state: 'completed',
      outputs: { a: null, b: null },
    });
  });

  it('fails when every turn of the only loop fails', () => {
    const document = documentWith(
      {
        l: {
          use: 'test.number',
          forEach: { of: [1, 2] },
          with: { value: { item: 'item' } },
          onError: 'continue',
        },
      },
      from('l.value'),
    );
    const facts = new Map([
      ['l[0]', failed()],
      ['l[1]', failed()],
    ]);
    expect(plan(requestOf(document, { facts }))).toMatchObject({
      state: 'failed',
      failure: { message: 'Broken.' },
    });
  });

  it('fails when memory runs out, whatever onError says', () => {
    const document = two(number(1, { onError: 'continue' }), number(2));
    expect(plan(requestOf(document, { facts: new Map([['a', failed('out-of-memory')]]) }))).toMatchObject({
      state: 'failed',
      failure: { code: 'out-of-memory' },
    });
  });

  it('fails when a model is needed that is not installed, but not when it is not needed', () => {
    const missing = { use: 'test.paint', with: { model: 'gone' } };
    const document = documentOf({
      nodes: { a: missing, b: number(2) },
      outputs: { a: from('a.value'), b: from('b.value') },
    });
    expect(plan(requestOf(document))).toMatchObject({
      state: 'failed',
      failure: { code: 'model-missing', details: { model: 'gone', nodeId: 'a' } },
    });
    expect(shapeOf(plan(requestOf(document, { targets: ['b'] })))).toEqual([['b']]);
  });

  it('misses a model only once it is known that its node runs', () => {
    const document = documentOf({
      nodes: {
        ask: { use: 'test.flag', with: { value: true } },
        a: { use: 'test.paint', with: { model: 'auto' }, when: from('ask.value') },
      },
      outputs: { a: from('a.value') },
    });
    const asked = (value: boolean) => new Map([['ask', done({ value })]]);
    expect(shapeOf(plan(requestOf(document)))).toEqual([['ask']]);
    expect(plan(requestOf(document, { facts: asked(false) }))).toMatchObject({ state: 'completed' });
    expect(plan(requestOf(document, { facts: asked(true) }))).toMatchObject({
      state: 'failed',
      failure: {
        code: 'model-missing',
        message: expect.stringMatching(/none that fits is installed; add one/),
      },
    });
  });

  it('fails when the plugin of a node is no longer there', () => {
    const request = requestOf(two(number(1), number(2)));
    request.graph.nodes['a']!.version = 9;
    expect(plan(request)).toMatchObject({
      state: 'failed',
      failure: {
        code: 'unavailable',
        message: 'The node a needs test.number@9, which is not installed; install its plugin again.',
      },
    });
  });

  it('counts what is needed and what of it has ended', () => {
    const document = documentWith(
      { a: number(1), b: add(from('a.value')), c: add(from('b.sum')) },
      from('c.sum'),
    );
    expect(plan(requestOf(document)).counts).toEqual({
      demanded: 3,
      possible: 3,
      finished: 0,
    });
    expect(plan(requestOf(document, { facts: new Map([['a', done({ value: 1 })]]) })).counts).toEqual({
      demanded: 3,
      possible: 3,
      finished: 1,
    });
  });

  it('counts what a condition may turn out to need as possible', () => {
    const document = documentWith(
      {
        flag: number(1),
        a: number(2),
        b: { ...add(from('a.value')), when: { equals: [from('flag.value'), 1] } },
      },
      from('b.sum'),
    );
    expect(plan(requestOf(document)).counts).toEqual({ demanded: 2, possible: 3, finished: 0 });
  });
});

describe('fingerprints in a plan', () => {
  const stamped = (value: unknown) => ({ use: 'test.stamped', with: { stamp: 'x', value } });

  it('are asked for with the constants alone, and what only the node needs waits for the answer', () => {
    const document = documentWith({ a: number(1), b: stamped(from('a.value')) }, from('b.value'));
    const planned = running(plan(requestOf(document)));
    expect(planned.segments).toEqual([]);
    expect(planned.fingerprints).toEqual([
      { nodeId: 'b', type: 'test.stamped', version: 1, inputs: { stamp: { kind: 'inline', value: 'x' } } },
    ]);
    expect(shapeOf(plan(requestOf(document, { fingerprints: new Map([['b', 'word']]) })))).toEqual([
      ['a', 'b'],
    ]);
  });

  it('that could not be given leave the node without a key', () => {
    const document = documentWith({ b: stamped(1) }, from('b.value'));
    const planned = running(plan(requestOf(document, { fingerprints: new Map([['b', null]]) })));
    expect(planned.segments[0]!.nodes[0]!.cacheKey).toBe(null);
  });
});
