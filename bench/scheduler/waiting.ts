import { Residency } from '../../src/engine/residency.js';
import { patience, schedule, type DeviceState, type ScheduleInput } from '../../src/engine/schedule.js';
import { atMost, type Figure } from './figure.js';
import { fifoLru } from './peers.js';
import { simulate, waitMs, type Policy } from './simulator.js';
import { allenCunneenMs, mean, percentile, sum } from './statistics.js';
import { gpuCount, gpus, workload, type Job, type Setting } from './workload.js';

const SEEDS = [1, 2, 3, 4, 5];

/** Jobs arrive all the time: how long they wait. */
export function waitingFigures(): Figure[] {
  const steady = { devices: 4, models: 24, jobs: 6000, load: 0.7 };
  const p99 = (setting: Omit<Setting, 'seed'>, policy: Policy): number => {
    const runs = SEEDS.flatMap((seed) =>
      simulate(workload({ ...setting, seed }), gpus(setting.devices), policy),
    );
    return percentile(runs.map(waitMs), 0.99) / 1000;
  };
  const limits = { must: atMost(60), good: atMost(45) };
  const even = { ...steady, evenSizes: true };
  return [
    againstTheory(),
    {
      name: 'p99 wait in s, 4 GPUs, load 0.7',
      ours: p99(steady, schedule),
      peer: p99(steady, fifoLru),
      ...limits,
    },
    {
      name: '… with sizes spread evenly from 2 to 12 GB',
      ours: p99(even, schedule),
      peer: p99(even, fifoLru),
      ...limits,
    },
    ...longestWaits(),
    idleBesideWork(),
  ];
}

/** With every model resident everywhere, nothing but queueing is left: M/G/k. */
function againstTheory(): Figure {
  const ratio = (policy: Policy): number =>
    Math.max(
      ...[1, 4].flatMap((devices) =>
        [0.5, 0.7, 0.85].map((load) => {
          const trials = SEEDS.map((seed) => workload({ devices, models: 12, jobs: 6000, load, seed }));
          return mean(
            trials.map((jobs) => {
              const runs = simulate(jobs, allResident(jobs, devices), policy);
              const runMs = jobs.map((job) => job.runMs);
              return mean(runs.map(waitMs)) / allenCunneenMs(runMs, devices, actualLoad(jobs, devices));
            }),
          );
        }),
      ),
    );
  return {
    name: 'mean wait / Allen–Cunneen, all models resident, worst of 6 settings',
    ours: ratio(schedule),
    peer: ratio(fifoLru),
    must: atMost(1.2),
    good: atMost(1.1),
  };
}

const actualLoad = (jobs: Job[], devices: number): number =>
  sum(jobs.map(({ runMs }) => runMs)) / devices / jobs.at(-1)!.segment.readyAt;

function allResident(jobs: Job[], count: number): DeviceState[] {
  const models = new Map(jobs.flatMap(({ segment }) => segment.models.map((model) => [model.id, model])));
  const resident = [...models.values()].map((model) => ({
    ...model,
    pinned: false,
    inUse: false,
    usedAt: 0,
    uses: 0,
  }));
  return gpus(count, 1000).map((device) => ({ ...device, resident }));
}

/** Nobody starves: in the worst case each model has its turn, and each turn is K + 1 times its load. */
function longestWaits(): Figure[] {
  const settings = [
    { devices: 4, models: 24, load: 0.7 },
    { devices: 4, models: 24, load: 0.85 },
    { devices: 1, models: 12, load: 0.7 },
    { devices: 1, models: 12, load: 0.85 },
  ];
  return settings.map(({ devices, models, load }) => ({
    name: `longest wait / rotation, ${gpuCount(devices)}, load ${load}`,
    ours: Math.max(
      ...SEEDS.map((seed) => {
        const jobs = workload({ devices, models, jobs: 6000, load, seed });
        const runs = simulate(jobs, gpus(devices), schedule);
        return Math.max(...runs.map(waitMs)) / rotationMs(jobs, devices, load);
      }),
    ),
    must: atMost(2),
  }));
}

/** How long it takes until every model has had its turn. */
export function rotationMs(jobs: Job[], devices: number, load: number): number {
  const loads = new Map(jobs.map(({ segment: { models } }) => [models[0]!.id, models[0]!.loadMs]));
  const turns = ((patience(load) + 1) * sum([...loads.values()])) / devices;
  return turns + Math.max(...jobs.map(({ runMs }) => runMs));
}

/** ms in which a device stood idle while something waited that it could have run with what it held. */
function idleBesideWork(): Figure {
  let idleMs = 0;
  const decided = ({ waiting, devices, now }: ScheduleInput, untilMs: number): void => {
    const idle = devices.map((device) => new Residency(device)).filter(({ isIdle }) => isIdle);
    if (idle.length === 0) return;
    for (const segment of waiting.inOrder('accelerator'))
      if (idle.some((device) => device.holds(segment) && device.fitsNow(segment))) {
        idleMs += untilMs - now;
        return;
      }
  };
  simulate(workload({ devices: 4, models: 24, jobs: 3000, load: 0.7, seed: 1 }), gpus(4), schedule, {
    decided,
  });
  return { name: 'ms idle beside work for resident models', ours: idleMs, must: atMost(50) };
}
