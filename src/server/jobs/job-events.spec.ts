import { TempHome } from '../../../test/storage/temp-home.js';
import { JobEvents } from './job-events.js';
import type { JobEvent } from './job-view.js';

interface Followed {
  events: JobEvent[];
  ended: Promise<void>;
  stop(): void;
}

describe('the history of a job', () => {
  let home: TempHome;
  let events: JobEvents;

  beforeEach(async () => {
    home = await TempHome.open();
    events = new JobEvents(home.journal);
  });
  afterEach(() => home.remove());

  async function follow(jobId: string, lastSeq = 0): Promise<Followed> {
    const seen: JobEvent[] = [];
    let stop = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      void events
        .follow(jobId, lastSeq, { event: (event) => seen.push(event), end: resolve })
        .then((end) => (stop = end));
    });
    return { events: seen, ended, stop: () => stop() };
  }

  const numbers = (followed: Followed): number[] => followed.events.map(({ seq }) => seq);

  test('is numbered from 1 without gaps, and replayed to whoever comes late', async () => {
    events.append('job_a', 'status', { status: 'queued' });
    events.append('job_b', 'status', { status: 'queued' });
    events.append('job_a', 'status', { status: 'completed' });
    const late = await follow('job_a');
    await late.ended;
    expect(late.events.map(({ seq, data }) => [seq, data])).toEqual([
      [1, { status: 'queued' }],
      [2, { status: 'completed' }],
    ]);
  });

  test.each([999, 1000, 2500])('is replayed whole when it has %i events before its end', async (count) => {
    for (let i = 0; i < count; i++) events.append('job_a', 'node', { i });
    const early = await follow('job_a');
    events.append('job_a', 'status', { status: 'completed' });
    await early.ended;
    const late = await follow('job_a');
    await late.ended;
    const all = Array.from({ length: count + 1 }, (_, index) => index + 1);
    expect([early, late].map(numbers)).toEqual([all, all]);
  });

  test('goes on live after the replay, with nothing twice and nothing left out', async () => {
    for (let i = 0; i < 50; i++) events.append('job_a', 'node', { i });
    const followers = await Promise.all([follow('job_a'), follow('job_a', 20), follow('job_a', 49)]);
    for (let i = 50; i < 100; i++) events.append('job_a', 'node', { i });
    events.append('job_a', 'status', { status: 'failed' });
    await Promise.all(followers.map(({ ended }) => ended));
    const all = Array.from({ length: 101 }, (_, index) => index + 1);
    expect(followers.map(numbers)).toEqual([all, all.slice(20), all.slice(49)]);
  });

  test.each([0, 1, 2, 3, 4, 5])(
    'does not wait when an event comes %i promises after another was stored',
    async (promises) => {
      const ended = new Promise<void>((resolve) => {
        const event = async ({ seq }: JobEvent): Promise<void> => {
          for (let i = 0; i < promises; i++) await undefined;
          if (seq < 3) events.append('job_a', 'status', { status: seq === 1 ? 'running' : 'completed' });
        };
        void events.follow('job_a', 0, { event: (next) => void event(next), end: resolve });
      });
      events.append('job_a', 'status', { status: 'queued' });
      await ended;
    },
    5000,
  );

  test('a client that comes back twenty times sees each event once', async () => {
    const seen: number[] = [];
    const writing = (async () => {
      for (let i = 0; i < 400; i++) {
        events.append('job_a', 'node', { i });
        if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      }
      events.append('job_a', 'status', { status: 'cancelled' });
    })();
    for (let visit = 0; visit < 20; visit++) {
      const followed = await follow('job_a', seen.at(-1) ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 3));
      followed.stop();
      seen.push(...numbers(followed));
    }
    const last = await follow('job_a', seen.at(-1) ?? 0);
    await Promise.all([writing, last.ended]);
    seen.push(...numbers(last));
    expect(seen).toEqual(Array.from({ length: 401 }, (_, index) => index + 1));
  });

  test('goes on with the next number after a restart', async () => {
    events.append('job_a', 'status', { status: 'queued' });
    events.append('job_a', 'progress', { progress: 0.4, message: '' });
    await events.close('job_a');
    const next = new JobEvents(home.journal);
    await next.resume('job_a');
    expect(await next.lastProgress('job_a')).toBe(0.4);
    next.append('job_a', 'status', { status: 'completed' });
    await next.close('job_a');
    const followed = await follow('job_a', 2);
    await followed.ended;
    expect(numbers(followed)).toEqual([3]);
  });

  test('previews go to those who are there and are not kept', async () => {
    const shown: string[] = [];
    const stop = await events.follow('job_a', 0, {
      event: () => undefined,
      preview: ({ nodeId }) => shown.push(nodeId),
      end: () => undefined,
    });
    events.preview({ jobId: 'job_a', nodeId: 'n', mediaType: 'image/webp', data: new Uint8Array(1) });
    stop();
    events.preview({ jobId: 'job_a', nodeId: 'm', mediaType: 'image/webp', data: new Uint8Array(1) });
    expect(shown).toEqual(['n']);
  });
});
