import { Failure } from '@atelier/sdk';
import { isTerminal, jobStatuses, mayMove, move, type JobStatus } from './job-state.js';

const allowed: [JobStatus, JobStatus][] = [
  ['queued', 'loading'],
  ['queued', 'running'],
  ['queued', 'failed'],
  ['queued', 'cancelled'],
  ['loading', 'running'],
  ['loading', 'failed'],
  ['loading', 'cancelled'],
  ['loading', 'interrupted'],
  ['running', 'completed'],
  ['running', 'failed'],
  ['running', 'cancelled'],
  ['running', 'interrupted'],
  ['interrupted', 'queued'],
  ['interrupted', 'failed'],
  ['interrupted', 'cancelled'],
];

describe('the states of a job', () => {
  it('allows exactly the documented moves', () => {
    const found = jobStatuses.flatMap((from) =>
      jobStatuses.filter((to) => mayMove(from, to)).map((to) => `${from} → ${to}`),
    );
    expect(found.sort()).toEqual(allowed.map(([from, to]) => `${from} → ${to}`).sort());
  });

  it('never leaves an end', () => {
    expect(jobStatuses.filter(isTerminal)).toEqual(['completed', 'failed', 'cancelled']);
  });

  it('gives the new status of an allowed move', () => {
    expect(move('running', 'completed')).toBe('completed');
  });

  it('refuses a cancel of a job that has ended and says so', () => {
    expect(() => move('completed', 'cancelled')).toThrow(
      new Failure('conflict', 'The job is completed and cannot become cancelled: it has ended.'),
    );
  });

  it('reaches an end from every status', () => {
    for (const status of jobStatuses.filter((status) => !isTerminal(status))) {
      expect(jobStatuses.some((to) => mayMove(status, to) && isTerminal(to))).toBe(true);
    }
  });
});
