import { maxTries, pauseAfter, retryAfterMs } from './schedule.js';

const hours = 3_600_000;

describe('the schedule of tries', () => {
  it.each([
    [1, 5_000],
    [2, 300_000],
    [3, 1_800_000],
    [4, 2 * hours],
    [5, 5 * hours],
    [6, 10 * hours],
    [7, 14 * hours],
    [8, 20 * hours],
    [9, 24 * hours],
  ])('after try %i waits %i ms, a tenth more or less', (tries, ms) => {
    expect(pauseAfter(tries, maxTries, 0, null)).toBe(ms * 0.9);
    expect(pauseAfter(tries, maxTries, 0.5, null)).toBe(ms);
    expect(pauseAfter(tries, maxTries, 1, null)).toBe(Math.round(ms * 1.1));
  });

  it('ends with the tenth try, or with the last that is allowed', () => {
    expect(maxTries).toBe(10);
    expect(pauseAfter(10, maxTries, 0.5, null)).toBeNull();
    expect(pauseAfter(1, 1, 0.5, 60_000)).toBeNull();
  });

  it('waits as long as the receiver asks, for a day at most, and never shorter than planned', () => {
    expect(pauseAfter(1, maxTries, 0.5, 60_000)).toBe(60_000);
    expect(pauseAfter(3, maxTries, 0.5, 60_000)).toBe(1_800_000);
    expect(pauseAfter(1, maxTries, 0.5, 99 * 24 * hours)).toBe(24 * hours);
    expect(pauseAfter(1, maxTries, 0.5, 0)).toBe(5_000);
  });

  it.each([
    ['120', 120_000],
    ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2015 07:27:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    [undefined, null],
  ])('reads Retry-After: %s', (header, ms) => {
    expect(retryAfterMs(header, Date.UTC(2015, 9, 21, 7, 28))).toBe(ms);
  });
});
