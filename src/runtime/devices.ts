import { Failure } from '@atelier/sdk';
import type { DeviceKind } from '../engine/residency.js';

/** Something that segments run on: one worker process. */
export interface Device {
  /** `cuda:0`, `webgpu:0`, `cpu:0`, or `host:<n>` for a worker that runs nodes without models */
  id: string;
  kind: DeviceKind;
  /** for models and working memory, MiB */
  memoryMiB: number;
}

export interface Machine {
  memoryMiB: number;
  /** what models may take of each graphics card, MiB */
  cards: readonly number[];
  /** worker processes for nodes that need no accelerator, ≥ 1 */
  hostWorkers: number;
}

/**
 * The devices of a machine: those that the setting names, and the workers for everything else, which share a quarter of the
 * machine's memory.
 *
 * `auto` is every graphics card that CUDA can use, else `cpu:0` with half of the memory. WebGPU has to be named, with its memory in
 * MiB, as in `webgpu:0=8000`: it does not say how much it has.
 * @throws Failure `invalid-input` when the setting cannot be read
 */
export function parseDevices(setting: string, machine: Machine): Device[] {
  const named = setting.trim() === 'auto' ? found(machine) : setting.split(',').map(parseDevice);
  const repeated = named.find((device, index) => named.findIndex(({ id }) => id === device.id) < index);
  if (repeated !== undefined) throw invalid(`names ${repeated.id} twice`);
  const share = Math.floor(machine.memoryMiB / 4 / machine.hostWorkers);
  const hosts = Array.from({ length: machine.hostWorkers }, (_, index): Device => {
    return { id: `host:${index}`, kind: 'host', memoryMiB: share };
  });
  return [...named, ...hosts];
}

function found({ memoryMiB, cards }: Machine): Device[] {
  if (cards.length === 0) return [{ id: 'cpu:0', kind: 'cpu', memoryMiB: Math.floor(memoryMiB / 2) }];
  return cards.map((memoryMiB, index) => ({ id: `cuda:${index}`, kind: 'cuda', memoryMiB }));
}

function parseDevice(text: string): Device {
  const [, id, kind, memory] = /^\s*((cuda|webgpu|cpu):\d+)=(\d+)\s*$/.exec(text) ?? [];
  if (id === undefined || Number(memory) === 0) throw invalid(`has “${text.trim()}”`);
  return { id, kind: kind as DeviceKind, memoryMiB: Number(memory) };
}

function invalid(what: string): Failure {
  return new Failure(
    'invalid-input',
    `ATELIER_DEVICES ${what}; write auto, or devices with their memory in MiB, such as cuda:0=24000,cpu:0=8000.`,
  );
}
