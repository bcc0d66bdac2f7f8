import type { Quota } from '../accounts/plans.js';

export const windowMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type WindowName = keyof typeof windowMs;

/** From the shortest to the longest. */
export const windowNames = ['minute', 'hour', 'day'] as const satisfies WindowName[];

/** What was taken of a window: it begins with the first request and ends when its time is over. */
export interface Count {
  /** in ms of the clock that all counts share */
  startedAt: number;
  used: number;
}

/** What is left of a quota in one of its windows. */
export interface Standing {
  name: WindowName;
  limit: number;
  remaining: number;
  /** ms until the window ends; its whole length while it has not begun */
  resetMs: number;
}

/**
 * The count that holds now. A clock that was set back neither gives anything back nor makes anyone wait longer than the window
 * is long.
 */
export function countAt(count: Count | undefined, lengthMs: number, now: number): Count {
  if (count === undefined || now >= count.startedAt + lengthMs) return { startedAt: now, used: 0 };
  return count.startedAt > now ? { ...count, startedAt: now } : count;
}

/** Where someone stands in each window of a quota, from the shortest to the longest. */
export function standingsOf(
  quota: Quota,
  countOf: (name: WindowName) => Count | undefined,
  now: number,
): Standing[] {
  return windowNames.flatMap((name) => {
    const limit = quota[name];
    if (limit === undefined) return [];
    const { startedAt, used } = countAt(countOf(name), windowMs[name], now);
    return [{ name, limit, remaining: Math.max(0, limit - used), resetMs: startedAt + windowMs[name] - now }];
  });
}

/** The standing that decides: with the least left, and of those the one that lasts longest. */
export function scarcest(standings: readonly Standing[]): Standing | undefined {
  return [...standings].sort((a, b) => a.remaining - b.remaining || b.resetMs - a.resetMs)[0];
}
