import { schedule } from '../../src/engine/schedule.js';
import { atLeast, atMost, type Figure } from './figure.js';
import { fifoLru } from './peers.js';
import { responseMs, simulate, type Policy, type Run } from './simulator.js';
import { jain, mean, percentile, sum } from './statistics.js';
import { gpuCount, gpus, workload, type Job } from './workload.js';

const SEEDS = [1, 2, 3];

/** Several callers at once: whether each gets its share. */
export function sharingFigures(): Figure[] {
  const equal = [1, 1, 1, 1, 1, 1, 1, 1];
  const weighted = [1, 1, 2, 2, 4, 4];
  const limits = { must: atLeast(0.95), good: atLeast(0.98) };
  return [
    { name: 'Jain index of 8 equal callers in a backlog, 4 GPUs', ...fairness(equal, 4), ...limits },
    { name: '… 1 GPU', ...fairness(equal, 1), ...limits },
    { name: '… of 6 callers by weight 1, 2 and 4, 4 GPUs', ...fairness(weighted, 4), ...limits },
    ...flood(4),
    ...flood(1),
  ];
}

/** Service by weight until the first caller has nothing left; the callers submitted one after the other. */
function fairness(weights: number[], devices: number): { ours: number; peer: number } {
  const each = 250;
  const index = (policy: Policy): number =>
    mean(
      SEEDS.map((seed) => {
        const models = devices === 1 ? 12 : 24;
        const jobs = workload({ devices, models, jobs: each * weights.length, load: 1000, seed });
        const callerOf = (job: Job): number => Math.floor(Number(job.segment.id) / each);
        for (const job of jobs)
          Object.assign(job.segment, { caller: `${callerOf(job)}`, weight: weights[callerOf(job)] });
        const runs = simulate(policy === fifoLru ? withoutCallers(jobs) : jobs, gpus(devices), policy);
        const byCaller = weights.map((_, caller) => runs.filter(({ job }) => callerOf(job) === caller));
        const until = Math.min(...byCaller.map((own) => Math.max(...own.map(({ endedAt }) => endedAt))));
        return jain(byCaller.map((own, caller) => servedMs(own, until) / weights[caller]!));
      }),
    );
  return { ours: index(schedule), peer: index(fifoLru) };
}

const servedMs = (runs: Run[], until: number): number =>
  sum(runs.map(({ startedAt, job }) => Math.min(Math.max(until - startedAt, 0), job.runMs)));

/** First come, first served does not ask who came. */
const withoutCallers = (jobs: Job[]): Job[] =>
  jobs.map(({ runMs, segment }) => ({ runMs, segment: { ...segment, caller: 'anybody', weight: 1 } }));

const LIGHT = ['a', 'b', 'c', 'd', 'e'];

/** One caller asks for 70 % of a load that saturates the devices, five light ones for 6 % each. */
function flood(devices: number): Figure[] {
  const models = devices === 1 ? 12 : 24;
  const callerOf = (next: () => number): string => LIGHT[Math.floor((next() - 0.7) / 0.06)] ?? 'heavy';
  const trials = SEEDS.map((seed) => workload({ devices, models, jobs: 2000, load: 1, seed, callerOf }));
  const responses = (among: (caller: string) => boolean, policy: Policy = schedule): number[] =>
    trials.flatMap((trial) => {
      const jobs = trial.filter(({ segment }) => among(segment.caller));
      const light = new Set(
        jobs.filter(({ segment }) => segment.caller !== 'heavy').map(({ segment }) => segment.id),
      );
      const runs = simulate(policy === fifoLru ? withoutCallers(jobs) : jobs, gpus(devices), policy);
      return runs.filter(({ job }) => light.has(job.segment.id)).map(responseMs);
    });
  const everybody = percentile(
    responses(() => true),
    0.99,
  );
  const peer = percentile(
    responses(() => true, fifoLru),
    0.99,
  );
  const spared = percentile(
    responses((caller) => caller !== 'heavy'),
    0.99,
  );
  const alone = percentile(
    LIGHT.flatMap((only) => responses((caller) => caller === only)),
    0.99,
  );
  const limits = { must: atMost(3), good: atMost(2) };
  const name = `p99 response of light callers under a flood, ${gpuCount(devices)}`;
  return [
    { name: `${name} / without it`, ours: everybody / spared, peer: peer / spared, ...limits },
    // Shown only for a single GPU: where it is shared fairly, this is 3.2 even if loads cost nothing.
    {
      name: '… / each alone on the machine',
      ours: everybody / alone,
      peer: peer / alone,
      ...(devices > 1 && limits),
    },
  ];
}
