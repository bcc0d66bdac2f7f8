import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from '../server/figure.js';
import { large, median, Painter, small, stepMs } from './painter.js';

const rounds = 9;
/** What it takes beside the step: a request, a transaction, a message, and the dispatch of what comes next. */
const overheadMs = 50;

/** How soon a cancelled job has ended, and how soon its device works for the next one. */
export async function cancelling(): Promise<Figure[]> {
  const painter = await Painter.start();
  const step = await stepMs(painter, large);
  const ends: number[] = [];
  const next: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const long = await painter.submit({ ...large, steps: 1000 });
    const waiting = await painter.submit(small);
    await painter.untilRunning(long);
    // Anywhere in a step, but well after the prompt.
    await sleep(500 + Math.random() * step);
    const cancelledAt = Date.now();
    await painter.cancel(long);
    const [cancelled, painted] = [await painter.ended(long), await painter.ended(waiting)];
    if (cancelled.status !== 'cancelled') throw new Error(`The job was to be cancelled: ${cancelled.status}`);
    ends.push(cancelled.endedAt - cancelledAt);
    next.push(painted.startedAt - cancelledAt);
  }
  await painter.stop();
  const limit = step + overheadMs;
  return [
    { name: `one step, ${large.width} × ${large.height} pixels`, value: step, unit: 'ms', limit: null },
    { name: 'from a cancel to the end of the job, half', value: median(ends), unit: 'ms', limit },
    { name: 'from a cancel to the start of the next job, half', value: median(next), unit: 'ms', limit },
  ];
}
