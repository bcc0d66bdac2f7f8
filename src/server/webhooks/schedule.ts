const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** How long to wait after the first, second … try that failed: https://www.standardwebhooks.com and our reliability catalogue. */
const pausesMs = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
];

/** The first try and one after each pause. */
export const maxTries = pausesMs.length + 1;

const longestPauseMs = 24 * hours;

/**
 * How long to wait after a try that failed; null when it was the last.
 * @param triesDone that one included
 * @param random 0 to 1: pauses differ by up to a tenth either way, so that what failed together does not come back together
 * @param retryAfterMs what the receiver asked for
 */
export function pauseAfter(
  triesDone: number,
  triesAllowed: number,
  random: number,
  retryAfterMs: number | null,
): number | null {
  const planned = pausesMs[triesDone - 1];
  if (planned === undefined || triesDone >= triesAllowed) return null;
  const jittered = Math.round(planned * (0.9 + 0.2 * random));
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, longestPauseMs));
}

/** The milliseconds that a Retry-After header asks for, in seconds or as a date (RFC 9110, 10.2.3); null when it says nothing. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * seconds;
  const date = header.endsWith('GMT') ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
