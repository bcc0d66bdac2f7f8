import { setTimeout as sleep } from 'node:timers/promises';
import { quantile, type Figure } from '../server/figure.js';
import { large, Painter } from './painter.js';

const requests = 400;
const requestEveryMs = 20;
const pictures = 40;

/** How late `/health` is while pictures are painted on every core, above the same server when it has nothing to do. */
export async function health(): Promise<Figure[]> {
  const painter = await Painter.start();
  await painter.paint(large);
  const idle = await asked(painter);
  for (let picture = 0; picture < pictures; picture += 1) await painter.submit(large);
  const busy = await asked(painter);
  const waiting = await painter.waiting();
  await painter.stop();
  if (waiting === 0) throw new Error('All pictures were painted while the API was asked.');
  const [idleMost, busyMost] = [quantile(idle, 0.99), quantile(busy, 0.99)];
  return [
    { name: '/health of an idle server, 99 %', value: idleMost, unit: 'ms', limit: null },
    {
      name: '/health while it generates on every core, 99 %, beyond the idle one',
      value: busyMost - idleMost,
      unit: 'ms',
      limit: 50,
    },
  ];
}

async function asked(painter: Painter): Promise<number[]> {
  const times: number[] = [];
  for (let request = 0; request < requests; request += 1) {
    times.push(await painter.health());
    await sleep(requestEveryMs);
  }
  return times;
}
