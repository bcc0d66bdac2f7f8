import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const topology = '/sys/devices/system/cpu';

/** Cores that this process may use; two threads of one core do not count twice where the system tells them apart. */
export function usableCores(): number {
  return Math.min(availableParallelism(), physicalCores() ?? Infinity);
}

function physicalCores(): number | undefined {
  try {
    const processors = readdirSync(topology).filter((name) => /^cpu\d+$/.test(name));
    const cores = processors.map((name) =>
      readFileSync(`${topology}/${name}/topology/thread_siblings_list`, 'utf8'),
    );
    return new Set(cores).size || undefined;
  } catch {
    return undefined;
  }
}
