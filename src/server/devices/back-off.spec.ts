import { BackOff } from './back-off.js';

describe('BackOff', () => {
  it('waits twice as long each time, up to 10 s, and starts over after a minute of health', () => {
    const backOff = new BackOff();
    expect(Array.from({ length: 8 }, () => backOff.after(0))).toEqual([
      200, 400, 800, 1600, 3200, 6400, 10_000, 10_000,
    ]);
    expect(backOff.after(59_999)).toBe(10_000);
    expect(backOff.after(60_000)).toBe(200);
    expect(backOff.after(0)).toBe(400);
  });
});
