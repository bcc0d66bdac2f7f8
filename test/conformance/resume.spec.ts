import { from } from './documents.js';
import { MemoryEngine, type Outcome, type RunOptions } from './memory-engine.js';
import { documentOf, nodes } from './nodes.js';

const inner = documentOf({
  id: 'inner',
  inputs: { x: { type: 'number' } },
  nodes: {
    p: { use: 'test.positive', with: { value: { input: 'x' } } },
    paint: { use: 'test.paint', with: { model: 'sd', value: { input: 'x' } }, when: from('p.yes') },
    after: { use: 'test.add', with: { a: from('paint.value') } },
  },
  outputs: { out: { first: [from('after.sum'), { input: 'x' }] } },
});

const document = documentOf({
  nodes: {
    r: { use: 'test.range', with: { count: 4 } },
    each: { use: 'inner', forEach: { of: from('r.values') }, with: { x: { item: 'item' } } },
    d: {
      use: 'test.divide',
      forEach: { of: from('each.out') },
      with: { a: 12, b: { item: 'item' } },
      onError: 'continue',
    },
    s: { use: 'test.sum', with: { values: from('d.quotient') } },
  },
  outputs: { sum: from('s.sum'), list: from('d.quotient'), inner: from('each.out') },
});

const run = (options: RunOptions = {}): Promise<Outcome> =>
  new MemoryEngine(nodes, [inner]).run(document, {}, options);
const expected = { sum: 9.4, list: [4, 3, 2.4], inner: [0, 3, 4, 5] };

describe('a job that is interrupted', () => {
  it('comes to the same as one that is not', async () => {
    expect((await run()).outputs).toEqual(expected);
  });

  it('goes on from what is stored: the graph of the submit and the facts, as JSON', async () => {
    const whole = await run();
    const resumed = await run({ restarts: true });
    expect(resumed.outputs).toEqual(expected);
    expect([...resumed.started].sort()).toEqual([...whole.started].sort());
    expect(resumed.warnings).toEqual(whole.warnings);
  });

  it('loses no more than the segment that was lost, wherever that happens', async () => {
    const { started } = await run();
    for (const lost of started) {
      let crashes = 0;
      const outcome = await run({
        restarts: true,
        fault: (id) => (id === lost && crashes++ === 0 ? 'crash' : null),
      });
      expect(outcome.outputs).toEqual(expected);
      const segment = outcome.segments.find(({ nodes }) => nodes.some(({ id }) => id === lost))!;
      const again = outcome.started.filter((id, index) => outcome.started.indexOf(id) < index);
      expect(segment.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(again));
    }
  });

  it('never uses the id of a lost segment again', async () => {
    let crashes = 0;
    const { segments } = await run({ fault: () => (crashes++ < 3 ? 'crash' : null) });
    const ids = segments.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
