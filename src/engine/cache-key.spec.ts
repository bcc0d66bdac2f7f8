import { catalogueOf, documentOf } from '../../test/conformance/nodes.js';
import { requestOf, running } from '../../test/conformance/plan-request.js';
import { processorMs } from '../../test/conformance/processor-time.js';
import type { Graph } from './graph.js';
import { plan } from './plan.js';

function keysOf(...all: Parameters<typeof requestOf>): ReadonlyMap<string, string> {
  return running(plan(requestOf(...all))).keys;
}

const add = (a: unknown, b: unknown = 1) => ({ use: 'test.add', with: { a, b } });
const outputs = (from: string) => ({ outputs: { out: { from } } });

const chain = documentOf({
  nodes: {
    a: { use: 'test.number@1', with: { value: 3 } },
    b: add({ from: 'a.value' }, 2),
    c: add({ from: 'b.sum' }, 3),
  },
  ...outputs('c.sum'),
});

const lastOf = (...all: Parameters<typeof requestOf>): string => [...keysOf(...all).values()].at(-1)!;

describe('the key of a node', () => {
  it('is a digest that is known before anything has run', () => {
    expect([...keysOf(chain)].map(([id, key]) => [id, key.length])).toEqual([
      ['a', 64],
      ['b', 64],
      ['c', 64],
    ]);
  });

  it('does not depend on the names of nodes, on titles or on the order of keys', () => {
    const renamed = documentOf({
      id: 'another',
      nodes: {
        z: { use: 'test.add', title: 'Other', with: { b: 3, a: { from: 'y.sum' } } },
        y: add({ from: 'x.value' }, 2),
        x: { use: 'test.number@1', with: { value: 3 } },
      },
      ...outputs('z.sum'),
    });
    expect([...keysOf(renamed).values()]).toEqual([...keysOf(chain).values()]);
  });

  it('does not depend on whether its pipeline is used as a node', () => {
    const inner = documentOf({
      id: 'inner',
      inputs: { x: { type: 'number' } },
      nodes: { b: add({ input: 'x' }, 2) },
      ...outputs('b.sum'),
    });
    const using = documentOf({
      nodes: {
        a: { use: 'test.number@1', with: { value: 3 } },
        i: { use: 'inner', with: { x: { from: 'a.value' } } },
        c: add({ from: 'i.out' }, 3),
      },
      ...outputs('c.sum'),
    });
    expect(lastOf(using, { catalogue: catalogueOf([inner]) })).toBe(lastOf(chain));
  });

  it('is the same for a default and for the same value written down', () => {
    const one = (inputs: object) =>
      lastOf(documentOf({ nodes: { a: { use: 'test.add', with: inputs } }, ...outputs('a.sum') }));
    expect(one({ a: 5 })).toBe(one({ a: 5, b: 1 }));
    expect(one({ a: 5 })).not.toBe(one({ a: 5, b: 2 }));
  });

  it('changes with any constant before it, and leaves the keys beside that path alone', () => {
    const document = (b: number) =>
      documentOf({
        nodes: {
          a: { use: 'test.number' },
          b: add({ from: 'a.value' }, b),
          c: add({ from: 'a.value' }, 9),
          d: add({ from: 'b.sum' }, { from: 'c.sum' }),
        },
        ...outputs('d.sum'),
      });
    const [one, two] = [keysOf(document(1)), keysOf(document(2))];
    expect([...one.keys()].filter((id) => one.get(id) !== two.get(id))).toEqual(['b', 'd']);
  });

  it('changes with the version of the node, the files of its plugin and which output it takes', () => {
    const use = (type: string) =>
      documentOf({ nodes: { a: { use: type, with: { value: 3 } } }, ...outputs('a.value') });
    expect(lastOf(use('test.number@1'))).not.toBe(lastOf(use('test.number@2')));
    expect(lastOf(chain)).not.toBe(lastOf(chain, { catalogue: catalogueOf([], 'newer files') }));
    const take = (output: string) =>
      lastOf(
        documentOf({
          nodes: {
            a: { use: 'test.maybe', with: { value: 1, give: true } },
            b: add({ from: `a.${output}` }),
          },
          ...outputs('b.sum'),
        }),
      );
    expect(take('value')).not.toBe(take('always'));
  });

  it('changes with the model’s files, and for a GPU node with the kind of device', () => {
    const paint = documentOf({
      nodes: { a: { use: 'test.paint', with: { model: 'sd' } } },
      ...outputs('a.value'),
    });
    const other = { models: new Map([['sd', { sha256: 'm2' }]]) };
    expect(lastOf(paint)).not.toBe(lastOf(paint, other));
    expect(lastOf(paint)).not.toBe(lastOf(paint, { acceleratorKind: 'cpu' }));
    expect(lastOf(chain)).toBe(lastOf(chain, { acceleratorKind: 'cpu' }));
  });

  it('looks at the content of a picture, not at what its file is called', () => {
    const document = documentOf({
      inputs: { image: { type: 'image' } },
      nodes: { a: { use: 'test.picture', with: { image: { input: 'image' } } } },
      ...outputs('a.image'),
    });
    const file = (sha256: string, name: string) => ({
      inputs: { image: { sha256: sha256.repeat(64), bytes: 3, mediaType: 'image/png', name } },
    });
    expect(lastOf(document, file('a', 'x.png'))).toBe(lastOf(document, file('a', 'y.png')));
    expect(lastOf(document, file('a', 'x.png'))).not.toBe(lastOf(document, file('b', 'x.png')));
  });

  it('is missing for a node that is never reused and for everything below it', () => {
    const document = documentOf({
      nodes: {
        a: { use: 'test.fresh' },
        b: add({ from: 'a.value' }),
        c: add(4),
        d: add({ from: 'b.sum' }, { from: 'c.sum' }),
      },
      ...outputs('d.sum'),
    });
    expect([...keysOf(document).keys()]).toEqual(['c']);
  });

  it('waits for the fingerprint of a node that has one, and follows it', () => {
    const document = documentOf({
      nodes: { a: { use: 'test.stamped', with: { stamp: 'x' } }, b: add({ from: 'a.value' }) },
      ...outputs('b.sum'),
    });
    const stamped = (word: string | null) => ({ fingerprints: new Map([['a', word]]) });
    expect(keysOf(document).size).toBe(0);
    expect(lastOf(document, stamped('one'))).not.toBe(lastOf(document, stamped('two')));
    expect(keysOf(document, stamped(null)).size).toBe(0);
  });

  it('is made of what a first came to', () => {
    const document = (first: unknown[]) =>
      documentOf({
        inputs: { maybe: { type: 'number', optional: true } },
        nodes: { b: { use: 'test.number@1', with: { value: 2 } }, c: add({ first }, 5) },
        ...outputs('c.sum'),
      });
    expect(lastOf(document([{ input: 'maybe' }, { from: 'b.value' }]))).toBe(
      lastOf(document([{ from: 'b.value' }])),
    );
  });
});

describe('the cost of keys', () => {
  const longChain = (length: number): Graph => {
    const nodes = Array.from({ length }, (_, i) => [`n${i}`, add(i === 0 ? 1 : { from: `n${i - 1}.sum` })]);
    return requestOf(documentOf({ nodes: Object.fromEntries(nodes), ...outputs(`n${length - 1}.sum`) }))
      .graph;
  };
  const request = requestOf(chain);
  const fastest = (graph: Graph): number =>
    Math.min(...Array.from({ length: 5 }, () => processorMs(() => void plan({ ...request, graph }))));

  it('of a chain of 5,000 nodes stays under 200 ms, with the whole plan', () => {
    expect(fastest(longChain(5000))).toBeLessThan(200);
  });

  it('grows with the number of nodes and not faster', () => {
    expect(fastest(longChain(8000)) / fastest(longChain(2000))).toBeLessThan(10);
  });
});
