import { Catalogue } from '../../src/engine/catalogue.js';
import { parsePipeline } from '../../src/engine/pipeline.js';
import { plan } from '../../src/engine/plan.js';
import { MemoryEngine } from '../../test/conformance/memory-engine.js';
import { pluginOf } from '../../test/conformance/nodes.js';
import { requestOf } from '../../test/conformance/plan-request.js';
import { chain, idleNodes, ladder } from './graphs.js';
import { baklavaLadder, reteLadder } from './rivals.js';
import { measure, measureInTurn } from './stopwatch.js';

export const title = 'what the engine itself costs: nodes that do nothing, checking, cache keys and plans';

const catalogue = new Catalogue([pluginOf(idleNodes)]);

/** Prints every figure and whether it is within its bound. Times are processor time. */
export async function run(print: (line: string) => void): Promise<{ passed: boolean }> {
  let passed = true;
  const check = (isWithin: boolean, line: string): void => {
    print(`${isWithin ? 'ok  ' : 'MISS'}  ${line}`);
    passed &&= isWithin;
  };
  await compareEngines(print, check);
  await measureChecking(check);
  await measurePlans(check);
  return { passed };
}

type Check = (isWithin: boolean, line: string) => void;

/**
 * The same graph of 1,000 nodes in all three, built beforehand. Each run is the first of its graph, as every job's is: Rete and
 * BaklavaJS find their order and run, ours plans, makes cache keys, cuts segments and runs them in memory.
 */
async function compareEngines(print: (line: string) => void, check: Check): Promise<void> {
  const size = 1000;
  const { graph } = requestOf(ladder(size), { catalogue });
  const rete = await reteLadder(size);
  const baklava = baklavaLadder(size);
  const fresh = (): MemoryEngine => new MemoryEngine(idleNodes);
  const warm = fresh();
  const [ours, retes, baklavas, again, cached] = (
    await measureInTurn(
      [
        () => fresh().runGraph(graph),
        rete,
        () => baklava.first(),
        () => baklava.again(),
        () => warm.runGraph(graph),
      ],
      20,
    )
  ).map((ms) => (1000 * ms) / size) as [number, number, number, number, number];
  const micros = (value: number): string => `${value.toFixed(1)} µs per node`;
  check(
    retes > ours,
    `${micros(ours)}; Rete takes ${(retes / ours).toFixed(1)} times that, ${micros(retes)}`,
  );
  check(
    baklavas > ours,
    `${micros(ours)}; BaklavaJS takes ${(baklavas / ours).toFixed(1)} times that, ${micros(baklavas)}`,
  );
  print(`      the same graph again: BaklavaJS runs all in the order it kept, ${micros(again)};`);
  print(`      ours finds the result in its cache and runs nothing, ${micros(cached)}`);
}

async function measureChecking(check: Check): Promise<void> {
  const thousand = ladder(1000);
  const tooMany = chain(100_000);
  const checked = await measure(() => parsePipeline(thousand, catalogue), 40);
  check(checked < 50, `1,000 nodes read and checked in ${checked.toFixed(1)} ms (at most 50)`);
  const refused = await measure(() => parsePipeline(tooMany, catalogue), 10);
  check(refused < 2000, `100,000 nodes refused in ${refused.toFixed(1)} ms (at most 2000)`);
}

/** A plan makes the keys of all its nodes, so its time bounds theirs. */
async function measurePlans(check: Check): Promise<void> {
  const planning = async (size: number, rounds: number): Promise<number> => {
    const request = requestOf(chain(size), { catalogue });
    return measure(() => plan(request), rounds);
  };
  const small = await planning(1000, 40);
  const middle = await planning(5000, 20);
  const large = await planning(20_000, 10);
  check(small < 10, `1,000 nodes in a chain planned in ${small.toFixed(1)} ms (at most 10)`);
  check(
    middle < 200,
    `5,000 nodes in a chain planned, keys included, in ${middle.toFixed(1)} ms (at most 200)`,
  );
  check(large < 300, `20,000 nodes in a chain planned in ${large.toFixed(1)} ms (at most 300)`);
  const growth = large / 20 / small;
  check(growth < 3, `a node of 20,000 costs ${growth.toFixed(2)} times one of 1,000 (at most 3)`);
}
