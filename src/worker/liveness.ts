import { Worker } from 'node:worker_threads';
import { pulse } from '../runtime/native-call.js';

const beatDescriptor = 4;
const everyMs = 250;

/**
 * Starts the thread that tells the server every 250 ms how this process does, and that ends the process when the server is
 * gone. It goes on while the main thread is stuck, which is how the server learns of that.
 */
export function startLiveness(): void {
  new Worker(new URL('./beat-thread.js', import.meta.url), {
    workerData: { pulse, descriptor: beatDescriptor, everyMs },
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  }).unref();
  setInterval(() => Atomics.add(pulse, 0, 1n), everyMs).unref();
}
