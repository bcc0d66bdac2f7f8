import { limitHeaders } from './headers.js';
import type { Standing } from './windows.js';

const standing = (name: Standing['name'], limit: number, remaining: number, resetMs: number): Standing => ({
  name,
  limit,
  remaining,
  resetMs,
});

const now = 1_637_593_200_000;

describe('limitHeaders', () => {
  it('shows the shortest window in the documented headers, and each in those of the IETF', () => {
    const standings = [
      standing('hour', 2_000, 1_999, 3_599_500),
      standing('day', 50_000, 49_999, 86_399_500),
    ];
    expect(limitHeaders(standings, now)).toEqual({
      'X-RateLimit-Limit': '2000',
      'X-RateLimit-Remaining': '1999',
      'X-RateLimit-Reset': '1637596800',
      'RateLimit-Policy': '"hour";q=2000;w=3600, "day";q=50000;w=86400',
      RateLimit: '"hour";r=1999;t=3600, "day";r=49999;t=86400',
    });
  });

  it('promises no more than the longer window has left', () => {
    const headers = limitHeaders([standing('hour', 100, 60, 1_000), standing('day', 1_000, 3, 50_000)], now);
    expect(headers).toMatchObject({
      'X-RateLimit-Limit': '100',
      'X-RateLimit-Remaining': '3',
      'X-RateLimit-Reset': String(now / 1000 + 50),
      RateLimit: '"hour";r=3;t=1, "day";r=3;t=50',
    });
  });

  it('says when there is something again, once nothing is left', () => {
    const headers = limitHeaders([standing('minute', 10, 0, 1_000), standing('hour', 100, 0, 50_000)], now);
    expect(headers['X-RateLimit-Reset']).toBe(String(now / 1000 + 50));
  });

  it('says nothing of what has no limits', () => expect(limitHeaders([], now)).toEqual({}));
});
