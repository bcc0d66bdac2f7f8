import type { Figure } from '../server/figure.js';
import type { Memory } from '../server/probes.js';
import { Painter, small } from './painter.js';

/** By then most of what runs often has been compiled to machine code, which takes some megabytes, and caches are full. */
const warmUp = 200;
const pictures = 200;
const picturesPerLook = 40;
const kilobyte = 1000;

/** What the server and its workers keep of a picture that has been painted. */
export async function growth(): Promise<Figure[]> {
  const painter = await Painter.start();
  await paint(painter, warmUp);
  const looks = [await painter.probes.memory()];
  for (let painted = 0; painted < pictures; painted += picturesPerLook) {
    await paint(painter, picturesPerLook);
    looks.push(await painter.probes.memory());
  }
  await painter.stop();
  return [...looks[0]!.keys()].flatMap((pid): Figure[] => {
    const who = pid === painter.pid ? 'server' : 'worker';
    const kept = (what: keyof Memory): number =>
      slope(looks.map((look) => look.get(pid)![what])) / picturesPerLook / kilobyte;
    return [
      { name: `${who}: heap a picture`, value: kept('heapUsed'), unit: 'kB', limit: 10 },
      { name: `${who}: resident memory a picture`, value: kept('rss'), unit: 'kB', limit: 10 },
    ];
  });
}

async function paint(painter: Painter, pictures: number): Promise<void> {
  for (let picture = 0; picture < pictures; picture += 1) await painter.paint({ ...small, steps: 2 });
}

/** Of the line that is nearest to the values (least squares), from one to the next. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const spread = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return values.reduce((sum, value, at) => sum + (at - middle) * value, 0) / spread;
}
