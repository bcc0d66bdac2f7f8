import type { SegmentNode } from '../../src/engine/segment.js';
import { Fleet, local, node } from '../../test/workers/fleet.js';

export const title = 'what a node that does nothing costs in a worker, in graphs of 1,000 nodes';

const nodes = 1000;
const rounds = 20;
/** ms a node */
const target = 1;

const shapes: Record<string, SegmentNode[]> = {
  chain: Array.from({ length: nodes }, (_, index) =>
    node(`n${index}`, 'steady.add', { a: index === 0 ? 0 : local(`n${index - 1}`, 'sum') }),
  ),
  wide: Array.from({ length: nodes }, (_, index) => node(`n${index}`, 'steady.add', { a: index })),
};

/** Segments run in a real worker process, and the clock is the server's: from handing a segment over to hearing of its end. */
export async function run(print: (line: string) => void): Promise<{ passed: boolean }> {
  const fleet = await Fleet.start();
  let passed = true;
  for (const [shape, segment] of Object.entries(shapes)) {
    const times = await measure(fleet, segment);
    print(
      `${shape}: ${ms(times[0])} a node at best, half of the runs below ${ms(at(times, 0.5))}, 95 % below ${ms(at(times, 0.95))}`,
    );
    passed &&= at(times, 0.95) < target;
  }
  await fleet.stop();
  print(`target: 95 % below ${ms(target)}`);
  return { passed };
}

/** ms a node of each run, sorted. */
async function measure(fleet: Fleet, segment: SegmentNode[]): Promise<[number, ...number[]]> {
  await fleet.run(segment);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const course = await fleet.run(segment);
    if (course.ended?.outcome !== 'done') throw new Error('the segment did not come to its end');
    times.push(course.ms / nodes);
  }
  return times.sort((a, b) => a - b) as [number, ...number[]];
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] as number;
}

function ms(value: number): string {
  return `${value.toFixed(3)} ms`;
}
