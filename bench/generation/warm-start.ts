import { quantile, type Figure } from '../server/figure.js';
import { median, Painter, small, stepMs } from './painter.js';

const pictures = 30;

/** How long a job on a model that is loaded takes from its dispatch to its first step, that step's own time left out. */
export async function warmStart(): Promise<Figure[]> {
  const painter = await Painter.start();
  const step = await stepMs(painter, small);
  const times: number[] = [];
  for (let picture = 0; picture < pictures; picture += 1) {
    const { startedAt, done } = await painter.paint(small);
    times.push(done.get('sample')!.at - startedAt - step);
  }
  await painter.stop();
  return [
    {
      name: 'from the dispatch of a job on a warm model to its first step, half',
      value: median(times),
      unit: 'ms',
      limit: 50,
    },
    { name: 'the same, 90 %', value: quantile(times, 0.9), unit: 'ms', limit: null },
    {
      name: `one of its steps, ${small.width} × ${small.height} pixels`,
      value: step,
      unit: 'ms',
      limit: null,
    },
  ];
}
