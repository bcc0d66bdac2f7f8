import type { Job } from './workload.js';

/**
 * Least makespan of jobs of one model each that are all there at the start, on equal, empty devices: every assignment is
 * tried but for those that a bound rules out. A device does best to serve model by model, so the order on it is settled.
 */
export function optimumMs(jobs: Job[], devices: number): number {
  const longestFirst = jobs.toSorted((a, b) => b.runMs - a.runMs);
  const load = Array.from({ length: devices }, () => ({ ms: 0, models: new Set<string>() }));
  let restMs = jobs.reduce((total, { runMs }) => total + runMs, 0);
  let best = Infinity;
  const place = (index: number): void => {
    const longest = Math.max(...load.map(({ ms }) => ms));
    const even = (restMs + load.reduce((total, { ms }) => total + ms, 0)) / devices;
    if (Math.max(longest, even) >= best) return;
    const job = longestFirst[index];
    if (!job) {
      best = longest;
      return;
    }
    const model = job.segment.models[0]!;
    // Empty devices are alike: one of them is enough.
    const firstEmpty = load.findIndex(({ models }) => models.size === 0);
    for (const [at, device] of load.entries()) {
      if (device.models.size === 0 && at !== firstEmpty) continue;
      const isNew = !device.models.has(model.id);
      const costMs = job.runMs + (isNew ? model.loadMs : 0);
      device.ms += costMs;
      device.models.add(model.id);
      restMs -= job.runMs;
      place(index + 1);
      device.ms -= costMs;
      if (isNew) device.models.delete(model.id);
      restMs += job.runMs;
    }
  };
  place(0);
  return best;
}
