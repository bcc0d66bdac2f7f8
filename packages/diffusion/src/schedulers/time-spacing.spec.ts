import { closedTimes, openTimes, type TimeSpacing } from './time-spacing.js';

const grid = (spacing: TimeSpacing, steps: number) => ({ spacing, steps, trainSteps: 1000, offset: 1 });

test('the two kinds of solvers space the same steps differently', () => {
  expect([...closedTimes(grid('leading', 4))]).toEqual([751, 501, 251, 1]);
  expect([...openTimes(grid('leading', 4))]).toEqual([801, 601, 401, 201]);
  expect([...closedTimes(grid('linspace', 4))]).toEqual([999, 666, 333, 0]);
  expect([...openTimes(grid('linspace', 4))]).toEqual([999, 749, 500, 250]);
  expect([...closedTimes(grid('trailing', 4))]).toEqual([999, 749, 499, 249]);
});

test('a single step begins at the end of the training when it trails, and at its start otherwise', () => {
  expect([...closedTimes(grid('trailing', 1))]).toEqual([999]);
  expect([...closedTimes(grid('linspace', 1))]).toEqual([0]);
  expect([...closedTimes(grid('leading', 1))]).toEqual([1]);
});

test('trailing times have as many steps as were asked for and stay within the training', () => {
  for (let steps = 1; steps <= 1000; steps++) {
    const times = closedTimes(grid('trailing', steps));
    expect(times).toHaveLength(steps);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
  }
});

test('trailing times are rounded as numpy rounds them, whose steps are not quite even', () => {
  // np.arange(1000, 0, -1000 / 48).round() - 1
  expect(closedTimes(grid('trailing', 48))[3]).toBe(936);
});

test('levels of more noise than the config allows are left out', () => {
  expect([...openTimes(grid('trailing', 4), 900)]).toEqual([899, 649, 399, 149]);
});
