/** Takes the lock of a home and prints whether it got it; whoever has it keeps it for a while. */
import { setTimeout as delay } from 'node:timers/promises';
import { HomeLock } from '../../../dist/server/database/home-lock.js';

try {
  const lock = await HomeLock.acquire(process.argv[2]);
  console.log(`taken by ${process.pid}`);
  await delay(5000);
  await lock.release();
} catch (error) {
  console.log(error.message);
}
