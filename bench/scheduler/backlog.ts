import { patience, schedule } from '../../src/engine/schedule.js';
import { atMost, type Figure } from './figure.js';
import { optimumMs } from './optimum.js';
import { farthestNextUse, fifoLru } from './peers.js';
import { makespanMs, simulate, type Policy, type Run } from './simulator.js';
import { mean, sum } from './statistics.js';
import { gpuCount, gpus, random, workload, type Job } from './workload.js';

const SEEDS = [1, 2, 3, 4, 5];

/** Everything is there at the start: how close the policy comes to what no schedule can beat. */
export function backlogFigures(): Figure[] {
  return [
    {
      name: 'makespan / lower bound, 500 jobs, 1 GPU',
      ...makespans(1),
      must: atMost(1.25),
      good: atMost(1.1),
    },
    {
      name: 'makespan / lower bound, 500 jobs, 4 GPUs',
      ...makespans(4),
      must: atMost(1.15),
      good: atMost(1.1),
    },
    ...smallCases(),
    ...loadShares(),
    ...loadsAgainstOracle(),
  ];
}

const modelsFor = (devices: number): number => (devices === 1 ? 12 : 24);

function makespans(devices: number): { ours: number; peer: number } {
  const setting = { devices, models: modelsFor(devices), jobs: 500 };
  const backlogs = SEEDS.map((seed) => workload({ ...setting, seed }));
  const ratio = (policy: Policy) => (jobs: Job[]) =>
    makespanMs(simulate(jobs, gpus(devices), policy)) / lowerBoundMs(jobs, devices);
  return { ours: mean(backlogs.map(ratio(schedule))), peer: mean(backlogs.map(ratio(fifoLru))) };
}

/** Every model is loaded somewhere, work is shared evenly at best, and the longest job is not divided. */
function lowerBoundMs(jobs: Job[], devices: number): number {
  const models = new Map(jobs.flatMap(({ segment }) => segment.models.map((model) => [model.id, model])));
  const loadMs = sum([...models.values()].map((model) => model.loadMs));
  const longest = Math.max(...jobs.map(({ runMs, segment }) => runMs + segment.models[0]!.loadMs));
  return Math.max((sum(jobs.map(({ runMs }) => runMs)) + loadMs) / devices, longest);
}

function smallCases(): Figure[] {
  const next = random(7);
  const between = (low: number, high: number): number => low + Math.floor((high - low + 1) * next());
  const ratios = Array.from({ length: 200 }, (_, seed) => {
    const devices = between(1, 3);
    const jobs = workload({ devices, models: between(2, 5), jobs: between(4, 12), seed: 1000 + seed });
    for (const job of jobs) job.segment.estimateMs = job.runMs;
    const optimum = optimumMs(jobs, devices);
    return [schedule, fifoLru].map((policy) => makespanMs(simulate(jobs, gpus(devices), policy)) / optimum);
  });
  const ours = ratios.map(([ratio]) => ratio!);
  const peer = ratios.map(([, ratio]) => ratio!);
  return [
    {
      name: 'makespan / optimum, 200 cases of up to 12 jobs: mean',
      ours: mean(ours),
      peer: mean(peer),
      must: atMost(1.15),
      good: atMost(1.08),
    },
    { name: '… worst case', ours: Math.max(...ours), peer: Math.max(...peer), must: atMost(2) },
  ];
}

/** While a backlog lasts, loads may take 1/(1 + K) of the time. */
function loadShares(): Figure[] {
  return [2, 4, 8, 16, 32].flatMap((wanted) => {
    const utilisation = wanted / (wanted + 1.5);
    const share = (devices: number, policy: Policy): number =>
      mean(
        SEEDS.map((seed) => {
          const jobs = workload({ devices, models: modelsFor(devices), jobs: 3000, load: 1000, seed });
          const runs = simulate(jobs, gpus(devices), policy, { utilisation });
          return loadShareUntil(runs, makespanMs(runs) / 2, devices);
        }),
      );
    return [1, 4].map((devices) => ({
      name: `share of loads in a backlog, K = ${patience(utilisation).toFixed(0)}, ${gpuCount(devices)}`,
      ours: share(devices, schedule),
      must: atMost(1 / (1 + wanted) + 0.02),
    }));
  });
}

function loadShareUntil(runs: Run[], endMs: number, devices: number): number {
  const before = runs.filter(({ endedAt }) => endedAt <= endMs);
  return sum(before.map(({ loadMs }) => loadMs)) / (endMs * devices);
}

/** How often models are loaded, beside an oracle of evictions that is given the order in which our policy ran the jobs. */
function loadsAgainstOracle(): Figure[] {
  const ratio = (gigabytes: number, policy: Policy): number => {
    const counts = SEEDS.map((seed) => {
      const jobs = workload({ devices: 1, models: 12, jobs: 2000, load: 0.7, seed });
      const runs = simulate(jobs, gpus(1, gigabytes), policy);
      const order = runs.map(({ job }) => job.segment.models[0]!);
      return { loads: sum(runs.map(({ loads }) => loads)), oracle: farthestNextUse(order, gigabytes * 1024) };
    });
    return sum(counts.map(({ loads }) => loads)) / sum(counts.map(({ oracle }) => oracle));
  };
  return [16, 24, 40].map((gigabytes) => ({
    name: `loads / farthest next use in the same order, GPU of ${gigabytes} GB`,
    ours: ratio(gigabytes, schedule),
    peer: ratio(gigabytes, fifoLru),
    must: atMost(1.5),
    good: atMost(1.2),
  }));
}
