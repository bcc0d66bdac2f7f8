import type { JobEvent } from '../jobs/job-view.js';
import { feed, type Reader } from './feed.js';

const event = (seq: number): JobEvent => ({
  jobId: 'job_1',
  seq,
  at: '2026-01-01T00:00:00Z',
  type: 'progress',
  data: {},
});

/** A history of `total` events whose last one ends the job, all of it told at once. */
function history(total: number) {
  const asked: number[] = [];
  let followers = 0;
  const follow = async (
    _account: string,
    _job: string,
    lastSeq: number,
    listener: { event(e: JobEvent): void; end(): void },
  ) => {
    asked.push(lastSeq);
    followers++;
    await Promise.resolve();
    for (let seq = lastSeq + 1; seq <= total; seq++) listener.event(event(seq));
    if (total < Infinity) listener.end();
    return () => void followers--;
  };
  return { follow, asked, followers: () => followers };
}

/** Takes `room` events at a time. */
function reader(room: number) {
  const got: number[] = [];
  const slow: Reader = {
    event: ({ seq }) => got.push(seq) % room !== 0,
    drained: () => new Promise((resolve) => setImmediate(resolve)),
  };
  return { ...slow, got };
}

const source = (jobs: ReturnType<typeof history>, lastSeq = 0) => ({
  jobs,
  accountId: 'acc',
  jobId: 'job_1',
  lastSeq,
});
const never = new AbortController().signal;

describe('feeding a reader', () => {
  it('a reader that keeps up gets everything after its last number, once and in order', async () => {
    const jobs = history(6);
    const fast = reader(100);
    expect(await feed(source(jobs, 2), fast, never)).toBe('ended');
    expect(fast.got).toEqual([3, 4, 5, 6]);
    expect(jobs.followers()).toBe(0);
  });

  it.each([1, 2, 3, 5, 6])(
    'a reader with room for %d at a time gets the same, from the history',
    async (room) => {
      const jobs = history(6);
      const slow = reader(room);
      expect(await feed(source(jobs), slow, never)).toBe('ended');
      expect(slow.got).toEqual([1, 2, 3, 4, 5, 6]);
      expect(jobs.followers()).toBe(0);
    },
  );

  it('a reader that never catches up is let go', async () => {
    const jobs = history(6);
    const stuck: Reader = { event: () => false, drained: () => Promise.reject(new Error('too slow')) };
    await expect(feed(source(jobs), stuck, never)).rejects.toThrow('too slow');
    expect(jobs.followers()).toBe(0);
  });

  it('a reader that has all of an ended job hears the end', async () => {
    expect(await feed(source(history(6), 6), reader(9), never)).toBe('ended');
  });

  it('a signal ends it and leaves nobody following', async () => {
    const follow = () => Promise.resolve(() => void (left = true));
    let left = false;
    const stopping = new AbortController();
    const fed = feed({ ...source(history(1)), jobs: { follow } }, reader(9), stopping.signal);
    stopping.abort();
    expect(await fed).toBe('stopped');
    await Promise.resolve();
    expect(left).toBe(true);
  });

  it('a job that may not be seen is refused', async () => {
    const follow = () => Promise.reject(new Error('not found'));
    await expect(feed({ ...source(history(1)), jobs: { follow } }, reader(9), never)).rejects.toThrow(
      'not found',
    );
  });
});
