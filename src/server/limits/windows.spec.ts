import fc from 'fast-check';
import type { Quota } from '../accounts/plans.js';
import { type Count, countAt, scarcest, standingsOf, windowMs, type WindowName } from './windows.js';

const hour = windowMs.hour;

describe('a window', () => {
  it('begins with the first request', () => {
    expect(countAt(undefined, hour, 5_000)).toEqual({ startedAt: 5_000, used: 0 });
  });

  it.each([
    ['just before its end', hour - 1, { startedAt: 0, used: 7 }],
    ['at its end', hour, { startedAt: hour, used: 0 }],
    ['long after its end', 90 * hour, { startedAt: 90 * hour, used: 0 }],
  ])('%s', (_, now, expected) => expect(countAt({ startedAt: 0, used: 7 }, hour, now)).toEqual(expected));

  it('gives nothing back when the clock is set back, and lasts no longer than its length from then on', () => {
    const count = countAt({ startedAt: 10 * hour, used: 7 }, hour, 9 * hour);
    expect(count).toEqual({ startedAt: 9 * hour, used: 7 });
    expect(countAt(count, hour, 10 * hour - 1).used).toBe(7);
    expect(countAt(count, hour, 10 * hour).used).toBe(0);
  });

  it('never gives more than its quota within its length, however the clock goes', () => {
    const steps = fc.array(fc.integer({ min: -3 * hour, max: hour / 2 }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (jumps) => {
        let count: Count | undefined;
        let now = 50 * hour;
        let refills = 0;
        let forward = 0;
        for (const jump of jumps) {
          now += jump;
          forward += Math.max(0, jump);
          const next = countAt(count, hour, now);
          if (count !== undefined && next.used === 0) refills += 1;
          count = { ...next, used: next.used + 1 };
        }
        expect(refills).toBeLessThanOrEqual(Math.floor(forward / hour));
      }),
    );
  });
});

describe('standings', () => {
  const quota: Quota = { hour: 100, day: 1_000 };
  const counts: Partial<Record<WindowName, Count>> = {
    hour: { startedAt: 0, used: 40 },
    day: { startedAt: 0, used: 990 },
  };
  const standings = standingsOf(quota, (name) => counts[name], 600_000);

  it('are there for each window of the quota, from the shortest to the longest', () => {
    expect(standings).toEqual([
      { name: 'hour', limit: 100, remaining: 60, resetMs: hour - 600_000 },
      { name: 'day', limit: 1_000, remaining: 10, resetMs: windowMs.day - 600_000 },
    ]);
    expect(standingsOf({}, () => undefined, 0)).toEqual([]);
  });

  it('are never below zero, when a plan has become smaller', () => {
    const [standing] = standingsOf({ hour: 20 }, () => counts.hour, 0);
    expect(standing).toMatchObject({ limit: 20, remaining: 0 });
  });

  it('are decided by the scarcest, and of two by that which lasts longer', () => {
    expect(scarcest(standings)).toMatchObject({ name: 'day' });
    const spent = standings.map((standing) => ({ ...standing, remaining: 0 }));
    expect(scarcest(spent)).toMatchObject({ name: 'day' });
    expect(scarcest([])).toBeUndefined();
  });
});
