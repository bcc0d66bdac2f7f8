import { Failure } from '@atelier/sdk';
import { seconds } from './headers.js';
import { scarcest, type Standing } from './windows.js';

/** What is told of a request beyond a limit: of the window that is longest shut, since the others do not help before. */
export function refusal(standings: readonly Standing[]): Failure {
  const least = scarcest(standings);
  if (least === undefined) throw new Error('Without a limit nothing is refused.');
  const { name, limit, resetMs } = least;
  const retryAfterSeconds = Math.max(1, seconds(resetMs));
  const article = name === 'hour' ? 'an' : 'a';
  return new Failure(
    'rate-limited',
    `You have used the ${limit} requests that ${article} ${name} allows; try again in ${waitText(retryAfterSeconds)}.`,
    { limit, window: name, retryAfterSeconds },
  );
}

function waitText(wait: number): string {
  if (wait < 120) return wait === 1 ? '1 second' : `${wait} seconds`;
  return wait < 7_200 ? `${Math.ceil(wait / 60)} minutes` : `${Math.ceil(wait / 3600)} hours`;
}
