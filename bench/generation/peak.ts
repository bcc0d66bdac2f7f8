import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { referencePath } from '../../test/reference/pack.js';
import type { Figure } from '../server/figure.js';
import { large, model, Painter } from './painter.js';

const bare = fileURLToPath(new URL('bare.mjs', import.meta.url));
const mbPerKib = 1024 / 1e6;

/** The most memory that a worker takes for a picture, beside a process that does nothing but run the same graphs in the same order. */
export async function peak(): Promise<Figure[]> {
  const { width, height, steps } = large;
  const numbers = [width, height, steps].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [
    bare,
    referencePath('models', model),
    ...numbers,
  ]);
  const least = Number(stdout) * mbPerKib;
  const painter = await Painter.start();
  const pids = [...(await painter.probes.memory()).keys()].filter((pid) => pid !== painter.pid);
  await painter.paint(large);
  const most = Math.max(...(await Promise.all(pids.map(peakKib)))) * mbPerKib;
  await painter.stop();
  return [
    {
      name: `bare onnxruntime-node, ${width} × ${height}, ${steps} steps, peak`,
      value: least,
      unit: 'MB',
      limit: null,
    },
    {
      name: 'worker for the same picture, peak beyond the bare one',
      value: most - least,
      unit: 'MB',
      limit: 150,
    },
  ];
}

async function peakKib(pid: number): Promise<number> {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib);
}
