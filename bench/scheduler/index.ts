import { backlogFigures } from './backlog.js';
import { costFigures } from './cost.js';
import { etaFigures } from './eta.js';
import { heading, passes, row } from './figure.js';
import { sharingFigures } from './sharing.js';
import { waitingFigures } from './waiting.js';

export const title =
  'the scheduling policy on simulated GPUs, beside first come first served with LRU eviction';

/** Prints every figure with what it must and should be. The simulated ones come out the same on every machine. */
export async function run(print: (line: string) => void): Promise<{ passed: boolean }> {
  print(heading());
  let passed = true;
  for (const measure of [backlogFigures, waitingFigures, sharingFigures, etaFigures, costFigures])
    for (const figure of measure()) {
      print(row(figure));
      passed &&= passes(figure);
    }
  return { passed };
}
