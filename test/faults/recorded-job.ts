import { readFile } from 'node:fs/promises';
import type { Random } from '@atelier/sdk';
import { credits } from './pipelines.js';

/** One line of the record that the nodes of the plugin `recording` keep. `at`: ms since 1970 */
export interface Recorded {
  name: string;
  says: 'start' | 'end';
  at: number;
}

const stages = 4;
export const nodesPerJob = 3 * stages;

/**
 * Twelve nodes in four segments, by turns on host workers and on the device: in each stage two nodes beside each other and one
 * that needs both, whose result goes on to the next stage. Two of the results are files, one is a number.
 * @param log the file in which its nodes keep their record
 */
export function recordedPipeline(log: string, random: Random) {
  const nodes: Record<string, unknown> = {};
  for (let stage = 0; stage < stages; stage++) {
    const use = stage % 2 === 0 ? 'recording.host' : 'recording.device';
    const add = (name: string, inputs: Record<string, unknown>): void => {
      nodes[name] = { use, with: { log, name, ms: 50 + random.below(251), ...inputs } };
    };
    const before = stage === 0 ? {} : { left: { from: `join${stage - 1}.total` } };
    add(`one${stage}`, before);
    add(`two${stage}`, before);
    add(`join${stage}`, { left: { from: `one${stage}.total` }, right: { from: `two${stage}.total` } });
  }
  return {
    id: 'recorded',
    version: '1.0.0',
    title: 'Recorded',
    tool: { category: 'test', credits, description: 'Leaves a record of what ran.' },
    nodes,
    outputs: {
      early: { from: 'one1.image' },
      last: { from: `join${stages - 1}.image` },
      total: { from: `join${stages - 1}.total` },
    },
  };
}

/** What the job's output `total` must be: each stage counts its nodes and twice what came before. */
export const expectedTotal = 3 * (2 ** stages - 1);

/** What the nodes have written down so far, in order. */
export async function readRecord(log: string): Promise<Recorded[]> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded);
}
