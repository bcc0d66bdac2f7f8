import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { Beat } from './protocol.js';

const { pulse, descriptor, everyMs } = workerData as {
  pulse: BigInt64Array;
  descriptor: number;
  everyMs: number;
};
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) end();
  const beat: Beat = {
    tick: Number(Atomics.load(pulse, 0)),
    nativeMs: remainingMs(Atomics.load(pulse, 1)),
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
  try {
    writeSync(descriptor, `${JSON.stringify(beat)}\n`);
  } catch (error) {
    // The server is slow to read: the next beat will do. Anything else means that nobody is there.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') end();
  }
}, everyMs);

function remainingMs(deadline: bigint): number {
  if (deadline === 0n) return 0;
  return Math.ceil(Number(deadline - process.hrtime.bigint()) / 1e6) || -1;
}

/** The main thread may be stuck, so the process is not asked. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
