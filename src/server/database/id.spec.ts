import { jest } from '@jest/globals';
import { newId } from './id.js';

describe('newId', () => {
  afterEach(() => jest.restoreAllMocks());

  it('makes a prefix and 26 characters that cannot be mistaken for each other', () => {
    expect(newId('job')).toMatch(/^job_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it('makes ids that differ and sort by the time they were made', () => {
    const clock = jest.spyOn(Date, 'now');
    const ids = Array.from({ length: 1000 }, (_, index) => {
      clock.mockReturnValue(1_795_132_800_000 + index * 37);
      return newId('job');
    });
    expect(new Set(ids).size).toBe(1000);
    expect([...ids].sort()).toEqual(ids);
  });

  it('writes the time as a ULID does', () => {
    // The example of https://github.com/ulid/spec: 01ARYZ6S41 is 1469918176385.
    jest.spyOn(Date, 'now').mockReturnValue(1_469_918_176_385);
    expect(newId('x').slice(0, 12)).toBe('x_01aryz6s41');
  });
});
