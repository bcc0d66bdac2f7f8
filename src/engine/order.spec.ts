import * as fc from 'fast-check';
import { processorMs } from '../../test/conformance/processor-time.js';
import { topologicalOrder, walkDepthFirst } from './order.js';

const orderOf = (parents: Record<string, string[]>) =>
  topologicalOrder(Object.keys(parents), (id) => parents[id] ?? []);

describe('the order of a graph', () => {
  it('puts parents before children and otherwise keeps the order given', () => {
    expect(orderOf({ c: ['a', 'b'], b: ['a'], a: [], d: [] }).order).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves out what no root needs', () => {
    const parents: Record<string, string[]> = { a: [], b: ['a'], c: ['a'] };
    expect(topologicalOrder(['b'], (id) => parents[id]!).order).toEqual(['a', 'b']);
  });

  it('reports a vertex that needs itself', () => {
    expect(orderOf({ a: ['a'] }).cycles).toEqual([['a', 'a']]);
  });

  it('reports a cycle in the direction of the flow', () => {
    // b needs a, c needs b, a needs c
    expect(orderOf({ a: ['c'], b: ['a'], c: ['b'] }).cycles).toEqual([['a', 'b', 'c', 'a']]);
  });

  it('reports two cycles that share a vertex', () => {
    expect(orderOf({ a: ['b', 'c'], b: ['a'], c: ['a'] }).cycles).toEqual([
      ['a', 'b', 'a'],
      ['a', 'c', 'a'],
    ]);
  });

  it('walks a chain of a hundred thousand without recursion', () => {
    const parentsOf = (id: string) => (id === '0' ? [] : [String(Number(id) - 1)]);
    expect(topologicalOrder(['100000'], parentsOf).order).toHaveLength(100_001);
  });

  it('reports a cycle of a hundred thousand whole', () => {
    const { cycles } = topologicalOrder(['0'], (id) => [String((Number(id) + 1) % 100_000)]);
    expect(cycles).toHaveLength(1);
    expect(cycles[0]).toHaveLength(100_001);
  });

  it('answers a graph full of cycles as fast as any other', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => String(i));
    const walk = () => {
      const { cycles } = topologicalOrder(ids, (id) => ['0', String((Number(id) + 1) % ids.length)]);
      expect(cycles.length).toBeGreaterThan(0);
    };
    expect(processorMs(walk)).toBeLessThan(1000);
  });

  it('visits the parents that a vertex turns out to have before finishing it', () => {
    const finished: string[] = [];
    walkDepthFirst(['loop'], {
      parentsOf: (id) => (id === 'turn' ? ['list'] : []),
      finish: (id) => {
        if (id === 'loop' && !finished.includes('turn')) return ['turn'];
        finished.push(id);
      },
    });
    expect(finished).toEqual(['list', 'turn', 'loop']);
  });

  it('finds a cycle exactly when there is one', () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const parents = new Map<string, string[]>();
        for (let i = 0; i < 8; i++) parents.set(String(i), []);
        for (const [child, parent] of pairs) parents.get(String(child))!.push(String(parent));
        const { order, cycles } = topologicalOrder(parents.keys(), (id) => parents.get(id)!);
        const place = new Map(order.map((id, index) => [id, index]));
        const ordered = pairs.every(
          ([child, parent]) => place.get(String(parent))! < place.get(String(child))!,
        );
        expect(cycles.length === 0).toBe(ordered);
        for (const path of cycles) {
          for (let i = 1; i < path.length; i++) expect(parents.get(path[i]!)).toContain(path[i - 1]);
        }
      }),
    );
  });
});
