import { add, from, number } from '../../test/conformance/documents.js';
import { documentOf, nodes, pluginOf } from '../../test/conformance/nodes.js';
import { done, requestOf, running, shapeOf } from '../../test/conformance/plan-request.js';
import { Catalogue } from './catalogue.js';
import { plan } from './plan.js';

const paint = (value: unknown, more: object = {}) => ({
  use: 'test.paint',
  with: { model: 'sd', value, ...more },
});
const documentWith = (nodes: Record<string, object>, out: unknown, more: object = {}) =>
  documentOf({ nodes, outputs: { out }, ...more });

describe('the segments of a plan', () => {
  it('hold what runs in one place, as far as it needs nothing from another', () => {
    const document = documentWith(
      {
        a: number(1),
        b: paint(from('a.value')),
        c: paint(from('b.value')),
        d: add(from('c.value')),
        e: add(from('a.value'), 9),
        f: add(from('d.sum'), from('e.sum')),
      },
      from('f.sum'),
    );
    const first = running(plan(requestOf(document)));
    expect(shapeOf(first)).toEqual([['a', 'e']]);
    expect(first.segments[0]).toMatchObject({ jobId: 'job', target: 'host', models: [] });
    const facts = new Map([
      ['a', done({ value: 1 })],
      ['e', done({ sum: 10 })],
    ]);
    const second = running(plan(requestOf(document, { facts })));
    expect(shapeOf(second)).toEqual([['b', 'c']]);
    expect(second.segments[0]).toMatchObject({ target: 'accelerator', models: ['sd'] });
    facts.set('c', done({ value: 3 }));
    expect(shapeOf(plan(requestOf(document, { facts })))).toEqual([['d', 'f']]);
  });

  it('are cut where the models change', () => {
    const document = documentWith(
      { a: paint(1), b: paint(from('a.value'), { model: 'xl' }) },
      from('b.value'),
    );
    expect(shapeOf(plan(requestOf(document)))).toEqual([['a']]);
  });

  it('know the model that another node has chosen once that has run', () => {
    const document = documentWith(
      { m: { use: 'test.pick-model', with: { name: 'xl' } }, a: paint(1, { model: from('m.model') }) },
      from('a.value'),
    );
    expect(shapeOf(plan(requestOf(document)))).toEqual([['m']]);
    const facts = new Map([['m', done({ model: { id: 'xl', sha256: 'm2' } })]]);
    expect(running(plan(requestOf(document, { facts }))).segments[0]).toMatchObject({ models: ['xl'] });
  });

  it('are few however wide the graph is, and share out what is independent', () => {
    const nodes = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`n${i}`, number(i)]));
    const document = documentOf({
      nodes,
      outputs: { out: { list: Object.keys(nodes).map((name) => from(`${name}.value`)) } },
    });
    const { segments } = running(plan(requestOf(document, { width: { host: 4, accelerator: 1 } })));
    expect(segments.map((segment) => segment.nodes.length)).toEqual([250, 250, 250, 250]);
  });

  it('have suspects alone in theirs', () => {
    const document = documentWith(
      {
        a: number(1),
        b: add(from('a.value')),
        c: add(from('b.sum')),
        d: add(from('b.sum'), 5),
        e: add(from('d.sum'), from('c.sum')),
      },
      from('e.sum'),
    );
    const quarantine = new Set(['b']);
    expect(shapeOf(plan(requestOf(document, { quarantine })))).toEqual([['a']]);
    expect(
      shapeOf(plan(requestOf(document, { quarantine, facts: new Map([['a', done({ value: 1 })]]) }))),
    ).toEqual([['b']]);
  });

  it('have ids that are the same for the same plan and never come back in another attempt', () => {
    const document = documentWith({ a: number(1) }, from('a.value'));
    const idOf = (attempt: number) => running(plan(requestOf(document, { attempt }))).segments[0]!.id;
    expect(idOf(0)).toBe(idOf(0));
    expect(idOf(0)).not.toBe(idOf(1));
    expect(idOf(0)).toMatch(/^job-[0-9a-f]{20}$/);
  });

  it('export what anything outside reads, now or perhaps later, and nothing else', () => {
    const document = documentOf({
      nodes: {
        a: number(1),
        b: add(from('a.value')),
        c: { use: 'test.maybe', with: { value: from('b.sum'), give: true }, onError: 'continue' },
        d: add({ first: [from('c.value'), from('a.value')] }),
        e: {
          use: 'test.number',
          forEach: { of: [1] },
          with: { value: from('b.sum') },
          when: { from: 'p.yes' },
        },
        p: { use: 'test.positive', with: { value: from('b.sum') } },
      },
      outputs: { d: from('d.sum'), e: from('e.value') },
    });
    const [segment] = running(plan(requestOf(document))).segments;
    expect(segment!.nodes.map(({ id, exports }) => [id, exports])).toEqual([
      ['a', ['value']],
      ['b', ['sum']],
      ['c', ['value']],
      ['p', ['yes']],
    ]);
  });

  it('keep what only they read', () => {
    const document = documentWith(
      {
        a: number(1),
        b: add(from('a.value')),
        s: { use: 'test.sum', with: { values: { list: [from('a.value'), from('b.sum')] } } },
      },
      from('s.sum'),
    );
    const [segment] = running(plan(requestOf(document))).segments;
    expect(segment!.nodes.map(({ id, exports }) => [id, exports])).toEqual([
      ['a', []],
      ['b', []],
      ['s', ['sum']],
    ]);
  });

  it('export an output that its node may leave out, because whether it did has to be known', () => {
    const document = documentWith(
      { a: { use: 'test.maybe', with: { value: 1, give: false } }, b: add(from('a.value')) },
      from('b.sum'),
    );
    const [segment] = running(plan(requestOf(document))).segments;
    expect(segment!.nodes.map(({ id, exports }) => [id, exports])).toEqual([
      ['a', ['value']],
      ['b', ['sum']],
    ]);
  });

  it('declare the working memory of their largest node, from what is known of its inputs', () => {
    const width = (first: unknown, second: unknown) =>
      running(
        plan(
          requestOf(
            documentWith(
              {
                n: { use: 'test.halve', with: { value: 16 } },
                a: paint(1, { width: first }),
                b: paint(from('a.value'), { width: second }),
              },
              from('b.value'),
            ),
          ),
        ),
      ).segments.find(({ target }) => target === 'accelerator')?.workingMiB;
    expect(width(64, 1024)).toBe(612);
    expect(width(2048, 8)).toBe(1124);
  });

  it('declare the memory of all that can overlap on the host, but of one node of each chain only', () => {
    const heavy = {
      ...nodes.find(({ type }) => type === 'test.add')!,
      type: 'test.heavy',
      needs: { device: 'cpu', workingMiB: { input: 'b' } },
    } as const;
    const catalogue = new Catalogue([pluginOf([...nodes, heavy])]);
    const use = (a: unknown, b: number) => ({ use: 'test.heavy', with: { a, b } });
    const document = documentWith(
      {
        a: use(1, 100),
        b: use(from('a.sum'), 70),
        c: use(from('a.sum'), 50),
        d: use(from('b.sum'), 200),
        s: add(from('d.sum'), from('c.sum')),
      },
      from('s.sum'),
    );
    // a → b → d is one chain, c another.
    expect(running(plan(requestOf(document, { catalogue }))).segments[0]!.workingMiB).toBe(250);
  });

  it('give their nodes the time they may take, their tries and their key', () => {
    const document = documentWith(
      { a: number(1, { timeoutMs: 7, retry: { attempts: 3, delayMs: 5 } }), b: add(from('a.value')) },
      from('b.sum'),
    );
    const planned = running(plan(requestOf(document)));
    expect(planned.segments[0]!.nodes).toMatchObject([
      { timeoutMs: 7, retry: { attempts: 3, delayMs: 5 }, cacheKey: planned.keys.get('a') },
      { timeoutMs: 1000, retry: { attempts: 1, delayMs: 0 }, cacheKey: planned.keys.get('b') },
    ]);
  });
});
