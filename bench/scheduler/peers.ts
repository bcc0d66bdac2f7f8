import { Residency } from '../../src/engine/residency.js';
import type { Decision, ModelNeed, ScheduleInput } from '../../src/engine/schedule.js';

/** First come, first served, by an idle device that holds the models if there is one; evicts what was used least recently. */
export function fifoLru({ waiting, devices }: ScheduleInput): Decision[] {
  const idle = devices.map((device) => new Residency(device)).filter(({ isIdle }) => isIdle);
  const decisions: Decision[] = [];
  for (const segment of waiting.inOrder('accelerator')) {
    if (idle.length === 0) break;
    const home = idle.findIndex((device) => device.holds(segment));
    const [chosen] = idle.splice(Math.max(home, 0), 1) as [Residency];
    let excessMiB = chosen.overMiB(segment);
    const evict: string[] = [];
    for (const { id, memoryMiB } of chosen.device.resident.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (excessMiB <= 0) break;
      if (segment.models.some((model) => model.id === id)) continue;
      evict.push(id);
      excessMiB -= memoryMiB;
    }
    const load = chosen.missing(segment).map(({ id }) => id);
    decisions.push({ segmentId: segment.id, deviceId: chosen.device.id, load, evict });
  }
  return decisions;
}

/** Loads on one device if what is used farthest in the future is evicted, for a given order of use (Belady 1966). */
export function farthestNextUse(order: ModelNeed[], memoryMiB: number): number {
  const uses = new Map<string, number[]>();
  for (const { id } of order) uses.set(id, []);
  order.forEach(({ id }, at) => uses.get(id)!.push(at));
  const nextUse = ({ id }: ModelNeed): number => uses.get(id)?.[0] ?? Infinity;
  let held: ModelNeed[] = [];
  let loads = 0;
  for (const model of order) {
    uses.get(model.id)?.shift();
    if (held.some(({ id }) => id === model.id)) continue;
    loads += 1;
    let free = memoryMiB - model.memoryMiB - held.reduce((total, other) => total + other.memoryMiB, 0);
    for (const victim of held.toSorted((a, b) => nextUse(b) - nextUse(a))) {
      if (free >= 0) break;
      held = held.filter((other) => other !== victim);
      free += victim.memoryMiB;
    }
    held.push(model);
  }
  return loads;
}
