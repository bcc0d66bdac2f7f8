import type { PipelineDocument } from '@atelier/sdk';
import * as fc from 'fast-check';
import { documentOf } from './nodes.js';

/** What one node of a random pipeline is made of: numbers that choose among whatever there is to choose from. */
type Gene = readonly [kind: number, a: number, b: number, c: number, modifier: number];

const gene: fc.Arbitrary<Gene> = fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999), fc.nat(999), fc.nat(999));

const innerInputs = {
  x: { type: 'number', optional: true },
  d: { type: 'number', default: 5 },
  xs: { type: 'list', items: { type: 'number' } },
  on: { type: 'boolean', default: true },
};

/** A pipeline, and another that it may use, of small nodes that reckon with numbers; every node may fail without ending the job. */
export const randomPipelines: fc.Arbitrary<{ outer: PipelineDocument; inner: PipelineDocument }> = fc
  .tuple(fc.array(gene, { minLength: 1, maxLength: 5 }), fc.array(gene, { minLength: 1, maxLength: 12 }))
  .map(([inner, outer]) => ({
    inner: new Growth('inner', false).document(inner),
    outer: new Growth('outer', true).document(outer),
  }));

class Growth {
  private readonly nodes: Record<string, object> = {};
  private readonly numbers: unknown[] = [0, 3, { input: 'x' }, { input: 'd' }];
  private readonly flags: unknown[] = [true, false, { input: 'on' }];
  private readonly lists: unknown[] = [[], [4, 0, 2], { input: 'xs' }];

  constructor(
    private readonly id: string,
    private readonly usesInner: boolean,
  ) {}

  document(genes: readonly Gene[]): PipelineDocument {
    genes.forEach((each, index) => this.grow(each, `n${index}`));
    const last = (pool: unknown[], count: number): unknown[] => pool.slice(-count);
    const [one = 0, two = 0] = last(this.numbers, 2).reverse();
    return documentOf({
      id: this.id,
      inputs: innerInputs,
      nodes: this.nodes,
      outputs: {
        one,
        two,
        either: { first: [two, one, 7] },
        both: { list: [one, two] },
        list: last(this.lists, 1)[0],
      },
    });
  }

  private grow([kind, a, b, c, modifier]: Gene, name: string): void {
    const number = (pick: number): unknown => this.numberFor(pick);
    const use = kind % (this.usesInner ? 9 : 8);
    const repeated = use < 4 && modifier % 4 === 0;
    const item = (pick: number): unknown => {
      if (!repeated) return number(pick);
      return [{ item: 'it' }, { item: 'it.index' }, { item: 'it' }, number(pick)][pick % 4];
    };
    const node: Record<string, unknown> = { onError: 'continue', ...this.bodyOf(use, item, a, b, c) };
    if (repeated) node['forEach'] = { of: pickFrom(this.lists, c), as: 'it' };
    if (modifier % 5 === 1) node['when'] = this.conditionFor(b, c);
    if (repeated && modifier % 3 === 1) node['when'] = { not: { equals: [{ item: 'it' }, 0] } };
    this.nodes[name] = node;
    this.collect(use, repeated, name);
  }

  private bodyOf(use: number, number: (pick: number) => unknown, a: number, b: number, c: number): object {
    switch (use) {
      case 0:
        return { use: 'test.add@1', with: { a: number(a), b: number(b) } };
      case 1:
        return { use: 'test.divide@1', with: { a: number(a), b: number(b) } };
      case 2:
        return { use: 'test.mix@1', with: { a: number(a), b: number(b) } };
      case 3:
        return { use: 'test.maybe@1', with: { value: number(a), give: pickFrom(this.flags, b) } };
      case 4:
        return { use: 'test.positive@1', with: { value: number(a) } };
      case 5:
        return { use: 'test.sum@1', with: { values: pickFrom(this.lists, a) } };
      case 6:
        return { use: 'test.range@1', with: { count: c % 4 }, when: this.conditionFor(a, b) };
      case 7:
        return { use: 'test.number@1', with: { value: number(a) } };
      default:
        return {
          use: 'inner',
          with: {
            ...(a % 3 && { x: number(a) }),
            ...(b % 3 && { d: number(b) }),
            xs: pickFrom(this.lists, c),
          },
          ...(a % 4 === 0 && { forEach: { of: pickFrom(this.lists, b) } }),
        };
    }
  }

  private collect(use: number, repeated: boolean, name: string): void {
    const from = (output: string) => ({ from: `${name}.${output}` });
    if (use === 4) this.flags.push(from('yes'));
    else if (use === 6) this.lists.push(from('values'));
    else if (use === 8) {
      const list = 'forEach' in this.nodes[name]!;
      if (list) this.lists.push(from('one'), from('either'));
      else {
        this.numbers.push(from('one'), from('either'));
        this.lists.push(from('both'), from('list'));
      }
    } else {
      const output = ['sum', 'quotient', 'value', 'value', '', 'sum', '', 'value'][use]!;
      (repeated ? this.lists : this.numbers).push(from(output));
    }
  }

  private numberFor(pick: number): unknown {
    const one = pickFrom(this.numbers, pick);
    return pick % 7 === 0 ? { first: [one, pickFrom(this.numbers, pick >> 1)] } : one;
  }

  private conditionFor(a: number, b: number): unknown {
    const flag = pickFrom(this.flags, a);
    return [flag, { not: flag }, { equals: [pickFrom(this.numbers, a), pickFrom(this.numbers, b)] }, flag][
      b % 4
    ];
  }
}

function pickFrom(pool: readonly unknown[], pick: number): unknown {
  // Later ones more often, so that graphs become deep.
  return pool[Math.max(0, pool.length - 1 - (pick % (pick % 2 ? 4 : pool.length)))];
}
