import type { AnyNode, PipelineDocument } from '@atelier/sdk';
import * as fc from 'fast-check';
import type { Plan } from '../../src/engine/plan.js';
import type { SegmentBinding } from '../../src/engine/segment.js';
import { MemoryEngine, type Outcome } from './memory-engine.js';
import { nodes } from './nodes.js';
import { randomPipelines } from './random-pipelines.js';
import { JobFailed, Reference, type Result } from './reference.js';

const definitions = new Map(nodes.map((node) => [`${node.type}@${node.version}`, node]));
const inputs = { d: 2, xs: [3, 0, 1], on: true };
const given = { d: { value: 2 }, xs: { value: [3, 0, 1] }, on: { value: true } };

/** A choice that depends on a word and a seed, one time in `of`. */
const lot = (word: string, seed: number, of: number): boolean => {
  let hash = seed;
  for (const char of word) hash = (hash * 31 + char.charCodeAt(0)) % 1_000_003;
  return hash % of === 0;
};

/** Nodes that do the same share their fate, because only one of them is run. */
const fails = (seed: number) => (type: string, inputs: object) =>
  lot(type + JSON.stringify(Object.fromEntries(Object.entries(inputs).sort())), seed, 5);

type Pipelines = Record<'inner' | 'outer', PipelineDocument>;
type Found = Outcome & { plans: Plan[]; crashes: number };

async function found({ inner, outer }: Pipelines, seed: number, definitions = nodes): Promise<Found> {
  const engine = new MemoryEngine(definitions, [inner]);
  const crashed = new Set<string>();
  const plans: Plan[] = [];
  const outcome = await engine.run(outer, inputs, {
    width: { host: 1 + (seed % 3), accelerator: 1 },
    onPlan: (plan) => plans.push(plan),
    fault(id, type, values) {
      if (fails(seed)(type, values)) return 'fail';
      if (crashed.has(id) || !lot(id, seed, 7)) return null;
      crashed.add(id);
      return 'crash';
    },
  });
  return { ...outcome, plans, crashes: crashed.size };
}

const valueOf = (result: Result): unknown => (result === 'absent' ? null : result.value);
const isEmpty = (result: Result): boolean =>
  result === 'absent' || (Array.isArray(result.value) && result.value.length === 0);

/** What a pipeline has to come to; `failed` when the obvious way, which asks for things in another order, meets a fatal failure. */
function expectedOf({ inner, outer }: Pipelines, seed: number) {
  const reference = new Reference(definitions, new Map([['inner', inner]]), fails(seed));
  try {
    const results = Object.entries(reference.outputsOf(outer, given));
    return {
      values: Object.fromEntries(results.map(([name, result]) => [name, valueOf(result)])),
      isEmpty: results.every(([, result]) => isEmpty(result)),
      failures: reference.failures,
    };
  } catch (error) {
    if (error instanceof JobFailed) return 'failed';
    throw error;
  }
}

describe('random pipelines with random failures and crashes', () => {
  it('come to what the obvious way of reckoning comes to', async () => {
    await fc.assert(
      fc.asyncProperty(randomPipelines, fc.nat(10_000), async (pipelines, seed) => {
        const expected = expectedOf(pipelines, seed);
        if (expected === 'failed') throw new Error('Every node may fail.');
        const outcome = await found(pipelines, seed);
        if (outcome.state === 'failed') {
          expect(expected.isEmpty).toBe(true);
          expect(expected.failures).toBeGreaterThan(0);
        } else expect(outcome.outputs).toEqual(expected.values);
      }),
      { numRuns: 300 },
    );
  });

  it('fail only when a node fails that may not, and else come to the same', async () => {
    await fc.assert(
      fc.asyncProperty(randomPipelines, fc.nat(10_000), async (pipelines, seed) => {
        const outer = structuredClone(pipelines.outer);
        for (const [name, node] of Object.entries(outer.nodes)) if (lot(name, seed, 2)) node.onError = 'fail';
        const outcome = await found({ inner: pipelines.inner, outer }, seed);
        if (outcome.state === 'failed')
          expect(outcome.failure!.message).toMatch(/made to fail|Division by zero/);
        else {
          const expected = expectedOf({ inner: pipelines.inner, outer }, seed);
          if (expected !== 'failed') expect(outcome.outputs).toEqual(expected.values);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('run each node once, and again only when its segment was lost before it counted', async () => {
    await fc.assert(
      fc.asyncProperty(randomPipelines, fc.nat(10_000), async (pipelines, seed) => {
        const { started, crashes } = await found(pipelines, seed, unshared);
        const often = new Map<string, number>();
        for (const id of started) often.set(id, (often.get(id) ?? 0) + 1);
        for (const times of often.values()) expect(times).toBeLessThanOrEqual(1 + crashes);
      }),
      { numRuns: 150 },
    );
  });

  it('are cut into segments that need nothing of one another, in an order that works', async () => {
    await fc.assert(
      fc.asyncProperty(randomPipelines, fc.nat(10_000), async (pipelines, seed) => {
        for (const plan of (await found(pipelines, seed, onTwoDevices)).plans) {
          if (plan.state !== 'running') continue;
          const all = plan.segments.flatMap(({ nodes }) => nodes.map(({ id }) => id));
          expect(new Set(all).size).toBe(all.length);
          for (const segment of plan.segments) {
            const before = new Set<string>();
            for (const node of segment.nodes) {
              for (const id of localsOf(Object.values(node.inputs))) expect(before).toContain(id);
              before.add(node.id);
            }
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('run nothing the second time but what had no key, and come to the same', async () => {
    await fc.assert(
      fc.asyncProperty(randomPipelines, async (pipelines) => {
        const engine = new MemoryEngine(
          nodes.filter(({ type }) => type !== 'test.divide').concat(safeDivide),
          [pipelines.inner],
        );
        const first = await engine.run(pipelines.outer, inputs);
        const second = await engine.run(pipelines.outer, inputs);
        const keyless = first.segments.flatMap((segment) =>
          segment.nodes.filter((node) => node.cacheKey === null),
        );
        expect(keyless.map(({ id }) => id)).toEqual(expect.arrayContaining(second.started));
        expect(second.outputs).toEqual(first.outputs);
      }),
      { numRuns: 150 },
    );
  });
});

const onTwoDevices = nodes.map((node): AnyNode =>
  ['test.add', 'test.sum'].includes(node.type) ? { ...node, needs: { device: 'gpu' } } : node,
);

/** Without keys no node runs in the place of another that does the same. */
const unshared = nodes.map((node) => ({ ...node, cache: false }));

/** Failures are not kept, so they would be tried again. */
const safeDivide: AnyNode = {
  ...definitions.get('test.divide@1')!,
  run: ({ a, b }: { a: number; b: number }) => ({ quotient: b === 0 ? 0 : a / b }),
};

function localsOf(bindings: readonly SegmentBinding[]): string[] {
  return bindings.flatMap((binding) => {
    if (binding.kind === 'local') return [binding.node];
    return binding.kind === 'list' ? localsOf(binding.items) : [];
  });
}
