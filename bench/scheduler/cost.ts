import { finished, started } from '../../src/engine/residency.js';
import { schedule, WaitingQueue, type WaitingSegment } from '../../src/engine/schedule.js';
import { atMost, type Figure } from './figure.js';
import { percentile } from './statistics.js';
import { gpus, random, workload } from './workload.js';

const QUEUED = 10_000;

/** What a decision, a change and a question cost the server while 10,000 segments of 100 callers wait. */
export function costFigures(): Figure[] {
  const { decisions, changes, questions } = measure();
  const limits = { must: atMost(1), good: atMost(0.2) };
  return [
    { name: 'ms per decision, 10,000 queued, median', ours: percentile(decisions, 0.5), ...limits },
    { name: 'ms per change of the queue, median', ours: percentile(changes, 0.5), ...limits },
    { name: 'ms per question for a position, median', ours: percentile(questions, 0.5), ...limits },
  ];
}

function measure(): { decisions: number[]; changes: number[]; questions: number[] } {
  const next = random(1);
  const segments = workload({ devices: 4, models: 24, jobs: QUEUED + 600, load: 1000, seed: 1 }).map(
    ({ segment }): WaitingSegment => ({
      ...segment,
      caller: `${Math.floor(100 * next())}`,
      // four shapes of picture
      workingMiB: 512 * (1 + Math.floor(4 * next())),
    }),
  );
  const waiting = new WaitingQueue();
  for (const segment of segments.slice(0, QUEUED)) waiting.add(segment);
  const decisions: number[] = [];
  const changes: number[] = [];
  const questions: number[] = [];
  const timed = <T>(into: number[], act: () => T): T => {
    const begun = performance.now();
    const result = act();
    into.push(performance.now() - begun);
    return result;
  };
  let devices = gpus(4);
  let now = 1_000_000;
  for (const arrival of segments.slice(QUEUED)) {
    for (const { segmentId, deviceId, evict } of timed(decisions, () =>
      schedule({ waiting, devices, utilisation: 0.9, now }),
    )) {
      const segment = waiting.get(segmentId)!;
      timed(changes, () => waiting.start(segmentId));
      devices = devices.map((device) =>
        device.id === deviceId ? started(device, segment, evict, now) : device,
      );
    }
    timed(changes, () => waiting.add(arrival));
    timed(questions, () => waiting.positionOf(arrival.id));
    const first = devices.reduce((a, b) => (a.running!.endsAt <= b.running!.endsAt ? a : b));
    now = first.running!.endsAt;
    devices = devices.map((device) => (device === first ? finished(device, 3000) : device));
  }
  return { decisions, changes, questions };
}
