import fc from 'fast-check';
import { fifoLru } from '../../bench/scheduler/peers.js';
import { makespanMs, simulate, waitMs, type Policy, type Run } from '../../bench/scheduler/simulator.js';
import { rotationMs } from '../../bench/scheduler/waiting.js';
import { gpus, segmentOf, workload, type Job } from '../../bench/scheduler/workload.js';
import { Residency } from './residency.js';
import {
  fits,
  patience,
  schedule,
  type Decision,
  type DeviceState,
  type ModelNeed,
  type ScheduleInput,
  type WaitingSegment,
} from './schedule.js';

const GiB = 1024;

interface Scenario {
  devices: DeviceState[];
  jobs: Job[];
}

/** Few models and much variety otherwise: two targets, pins, working memory, weights, exclusions, devices of any size. */
const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    models: fc.array(
      fc.record({
        memoryMiB: fc.integer({ min: GiB, max: 12 * GiB }),
        loadMs: fc.integer({ min: 1, max: 9000 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    devices: fc.array(
      fc.record({
        kind: fc.constantFrom('cuda', 'cuda', 'cpu', 'host'),
        memoryMiB: fc.integer({ min: 12 * GiB, max: 32 * GiB }),
        holds: fc.option(fc.record({ model: fc.nat(5), pinned: fc.boolean() })),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    jobs: fc.array(
      fc.record({
        caller: fc.constantFrom('ann', 'bob', 'cyd'),
        weight: fc.constantFrom(1, 4),
        target: fc.constantFrom('accelerator', 'accelerator', 'accelerator', 'host'),
        models: fc.uniqueArray(fc.nat(5), { maxLength: 2 }),
        workingMiB: fc.constantFrom(0, 1000, 5000),
        estimateMs: fc.integer({ min: 0, max: 9000 }),
        runMs: fc.integer({ min: 1, max: 9000 }),
        readyAt: fc.integer({ min: 0, max: 60_000 }),
        excludeDevices: fc.option(fc.subarray(['0', '1', '2', '3']), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 40 },
    ),
  })
  .map(({ models, devices, jobs }) => {
    const needs = models.map((rest, index): ModelNeed => ({ id: `model-${index}`, ...rest }));
    const need = (index: number): ModelNeed => needs[index % needs.length]!;
    const states = devices.map(({ kind, memoryMiB, holds }, index): DeviceState => {
      const use = { inUse: false, usedAt: 0, uses: 1 };
      const resident = holds ? [{ ...need(holds.model), pinned: holds.pinned, ...use }] : [];
      return { ...gpus(1)[0]!, id: `${index}`, kind, memoryMiB, resident };
    });
    const all = jobs.map(({ runMs, models: wanted, ...rest }, index): Job => {
      const distinct = [...new Set(wanted.map(need))];
      return { runMs, segment: { id: `${index}`, jobId: `${index}`, models: distinct, ...rest } };
    });
    return { devices: states, jobs: all.filter(({ segment }) => fits(segment, states)) };
  });

const waitingIds = ({ waiting }: ScheduleInput): string[] =>
  [...waiting.inOrder('accelerator'), ...waiting.inOrder('host')].map(({ id }) => id);

/** The policy, with every rule checked that holds for any decision. */
const checked: Policy = (input) => {
  const before = structuredClone(input.devices);
  const order = waitingIds(input);
  const decisions = schedule(input);
  expect(schedule(input)).toEqual(decisions);
  expect(input.devices).toEqual(before);
  expect(waitingIds(input)).toEqual(order);
  expect(new Set(decisions.map(({ deviceId }) => deviceId)).size).toBe(decisions.length);
  expect(new Set(decisions.map(({ segmentId }) => segmentId)).size).toBe(decisions.length);
  for (const decision of decisions) checkDecision(decision, input);
  return decisions;
};

function checkDecision(
  { segmentId, deviceId, load, evict }: Decision,
  { waiting, devices }: ScheduleInput,
): void {
  const chosen = waiting.get(segmentId)!;
  const device = devices.find(({ id }) => id === deviceId)!;
  expect(new Residency(device).isIdle).toBe(true);
  expect(device.kind === 'host').toBe(chosen.target === 'host');
  const evicted = device.resident.filter(({ id }) => evict.includes(id));
  expect(evicted).toHaveLength(evict.length);
  expect(evicted.filter(({ pinned, inUse }) => pinned || inUse)).toEqual([]);
  const kept = device.resident.filter((held) => !evicted.includes(held));
  const missing = chosen.models.filter(({ id }) => !kept.some((held) => held.id === id));
  expect(missing.map(({ id }) => id)).toEqual(load);
  const usedMiB = [...kept, ...missing].reduce(
    (total, { memoryMiB }) => total + memoryMiB,
    chosen.workingMiB,
  );
  expect(usedMiB).toBeLessThanOrEqual(device.memoryMiB);
}

/** What could start on an idle device without loading. */
const overlooked = ({ waiting, devices }: ScheduleInput): WaitingSegment[] =>
  (['accelerator', 'host'] as const).flatMap((target) => {
    const idle = devices
      .filter(({ kind }) => (kind === 'host') === (target === 'host'))
      .map((device) => new Residency(device))
      .filter(({ isIdle }) => isIdle);
    return [...waiting.inOrder(target)].filter(
      (each) => !each.excludeDevices && idle.some((on) => on.holds(each) && on.fitsNow(each)),
    );
  });

describe('any load', () => {
  it('keeps within memory, spares what is pinned or in use, is the same for the same input and runs everything', () => {
    fc.assert(
      fc.property(scenarios, ({ devices, jobs }) => {
        const runs = simulate(jobs, devices, checked);
        expect(runs).toHaveLength(jobs.length);
      }),
      { numRuns: 100 },
    );
  });

  it('never lets a device stand idle beside work for the models it holds', () => {
    fc.assert(
      fc.property(scenarios, ({ devices, jobs }) => {
        simulate(jobs, devices, schedule, { decided: (input) => expect(overlooked(input)).toEqual([]) });
      }),
      { numRuns: 100 },
    );
  });

  it('takes at most twice as long with one device more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (devices, models, jobs, seed) => {
          const load = workload({ devices, models, jobs, seed });
          const [before, after] = [devices, devices + 1].map((count) =>
            makespanMs(simulate(load, gpus(count), schedule)),
          );
          expect(after).toBeLessThanOrEqual(2 * before!);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('serves a model that is seldom asked for beside one that always is', () => {
    const popular = workload({ devices: 1, models: 1, jobs: 400, load: 0.9, seed: 1 });
    const large = { id: 'rare', memoryMiB: 20 * GiB, loadMs: 4000 };
    const rare = { runMs: 3000, segment: segmentOf('rare', 'everyone', large, 3000, 60_000) };
    const runs = simulate([...popular, rare], gpus(1), schedule);
    const wait = waitMs(runs.find(({ job }) => job === rare)!);
    expect(wait).toBeLessThan(patience(1) * popular[0]!.segment.models[0]!.loadMs + 20_000);
  });
});

describe('a steady load of 0.7 on four devices', () => {
  const jobs = workload({ devices: 4, models: 24, jobs: 1500, load: 0.7, seed: 2 });
  const measure = (policy: Policy): Run[] => simulate(jobs, gpus(4), policy);
  const p99Ms = (runs: Run[]): number =>
    runs.map(waitMs).sort((x, y) => x - y)[Math.floor(0.99 * runs.length)]!;

  it('waits at most a minute in 99 of 100 cases where first come first served falls behind for ever', () => {
    expect(p99Ms(measure(schedule))).toBeLessThan(60_000);
    expect(p99Ms(measure(fifoLru))).toBeGreaterThan(300_000);
  });

  it('lets nobody wait for more than two rotations through all models', () => {
    expect(Math.max(...measure(schedule).map(waitMs))).toBeLessThan(2 * rotationMs(jobs, 4, 0.7));
  });
});
