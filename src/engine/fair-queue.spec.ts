import fc from 'fast-check';
import { Pending } from './fair-queue-line.js';
import { WaitingQueue } from './fair-queue.js';
import type { WaitingSegment } from './schedule.js';

const segment = (id: string, caller: string, more: Partial<WaitingSegment> = {}): WaitingSegment => ({
  id,
  jobId: id,
  caller,
  weight: 1,
  target: 'accelerator',
  models: [],
  workingMiB: 0,
  estimateMs: 1000,
  readyAt: 0,
  ...more,
});
const queueOf = (...segments: WaitingSegment[]): WaitingQueue => {
  const waiting = new WaitingQueue();
  for (const each of segments) waiting.add(each);
  return waiting;
};
const order = (waiting: WaitingQueue): string[] => [...waiting.inOrder('accelerator')].map(({ id }) => id);
const first = (waiting: WaitingQueue): string | undefined =>
  waiting.candidates('accelerator', new Pending())[0]?.segment.id;
/** Starts what comes first until nothing waits. */
const drain = (waiting: WaitingQueue): string[] => {
  const started: string[] = [];
  for (let next = first(waiting); next !== undefined; next = first(waiting)) {
    started.push(next);
    waiting.start(next);
  }
  return started;
};

describe('the fair order', () => {
  it('takes callers in turn, however much each has submitted before', () => {
    const flood = Array.from({ length: 4 }, (_, index) => segment(`f${index}`, 'flood', { readyAt: index }));
    const waiting = queueOf(
      ...flood,
      segment('a0', 'ann', { readyAt: 9 }),
      segment('a1', 'ann', { readyAt: 9 }),
    );
    expect(order(waiting)).toEqual(['f0', 'a0', 'f1', 'a1', 'f2', 'f3']);
    expect(drain(waiting)).toEqual(['f0', 'a0', 'f1', 'a1', 'f2', 'f3']);
  });

  it('gives a caller with three times the weight three times the service', () => {
    const of = (caller: string, weight: number): WaitingSegment[] =>
      Array.from({ length: 30 }, (_, index) => segment(`${caller}${index}`, caller, { weight }));
    const served = drain(queueOf(...of('free', 1), ...of('pro', 3))).slice(0, 36);
    expect(served.filter((id) => id.startsWith('pro'))).toHaveLength(27);
  });

  it('counts run time, not segments', () => {
    const of = (caller: string, estimateMs: number): WaitingSegment[] =>
      Array.from({ length: 20 }, (_, index) => segment(`${caller}${index}`, caller, { estimateMs }));
    const served = drain(queueOf(...of('long', 4000), ...of('short', 1000))).slice(0, 20);
    expect(served.filter((id) => id.startsWith('long'))).toHaveLength(4);
  });

  it('lets a caller who was away save up a quantum of 15 s, and no more', () => {
    const flood = Array.from({ length: 60 }, (_, index) => segment(`f${index}`, 'flood'));
    const waiting = queueOf(...flood);
    for (const { id } of flood.slice(0, 30)) waiting.start(id);
    for (let index = 0; index < 30; index += 1) waiting.add(segment(`a${index}`, 'ann', { readyAt: 1 }));
    const served = drain(waiting);
    expect(served.findIndex((id) => id.startsWith('f'))).toBe(15);
    expect(served.slice(15, 35).filter((id) => id.startsWith('f'))).toHaveLength(10);
  });

  it('does not let a stream of newcomers keep out a caller who has had much', () => {
    const waiting = queueOf(...Array.from({ length: 60 }, (_, index) => segment(`f${index}`, 'flood')));
    for (let index = 0; index < 30; index += 1) waiting.start(`f${index}`);
    const served: string[] = [];
    for (let index = 0; index < 200; index += 1) {
      waiting.add(segment(`n${index}`, `newcomer${index}`, { readyAt: 1 }));
      served.push(first(waiting)!);
      waiting.start(served.at(-1)!);
    }
    expect(served.filter((id) => id.startsWith('f')).length).toBeGreaterThan(10);
  });

  it('does not charge for what is taken out without having run', () => {
    const waiting = queueOf(segment('a0', 'ann', { estimateMs: 9000 }), segment('a1', 'ann', { readyAt: 1 }));
    waiting.remove('a0');
    waiting.add(segment('b0', 'bob', { readyAt: 2 }));
    expect(drain(waiting)).toEqual(['a1', 'b0']);
  });

  it('puts what comes back after a crash where its age belongs', () => {
    const waiting = queueOf(segment('s0', 'ann', { readyAt: 5 }), segment('s1', 'ann', { readyAt: 6 }));
    waiting.add(segment('again', 'ann', { readyAt: 1 }));
    expect(first(waiting)).toBe('again');
  });

  it('keeps hosts and accelerators apart', () => {
    const waiting = queueOf(segment('gpu', 'ann'), segment('cpu', 'ann', { target: 'host' }));
    expect(order(waiting)).toEqual(['gpu']);
    expect(waiting.positionOf('cpu')).toBe(1);
    expect(waiting.workMs('host')).toBe(1000);
    expect(waiting.size).toBe(2);
  });

  it('ignores a segment that waits already and one that does not wait', () => {
    const waiting = queueOf(segment('s', 'ann'), segment('s', 'ann'));
    expect(waiting.size).toBe(1);
    waiting.start('other');
    waiting.remove('other');
    expect(waiting.positionOf('other')).toBeUndefined();
    expect(order(waiting)).toEqual(['s']);
  });
});

describe('candidates', () => {
  it('are the first of each need: models, memory and excluded devices', () => {
    const [a, b] = ['a', 'b'].map((id) => ({ id, memoryMiB: 1, loadMs: 1 }));
    const waiting = queueOf(
      segment('a0', 'ann', { models: [a!] }),
      segment('a1', 'ann', { models: [a!] }),
      segment('b', 'ann', { models: [b!] }),
      segment('large', 'ann', { models: [a!], workingMiB: 9 }),
      segment('crashed', 'ann', { models: [a!], excludeDevices: ['1'] }),
      segment('ab', 'ann', { models: [a!, b!] }),
      segment('ba', 'ann', { models: [b!, a!], readyAt: 1 }),
    );
    const found = waiting.candidates('accelerator', new Pending());
    expect(found.map(({ segment: { id } }) => id).sort()).toEqual(['a0', 'ab', 'b', 'crashed', 'large']);
    expect(found.find(({ segment: { id } }) => id === 'a0')?.workMs).toBe(2000);
  });

  it('leave out what is pending as if it had started', () => {
    const waiting = queueOf(
      segment('a0', 'ann'),
      segment('a1', 'ann', { readyAt: 1 }),
      segment('b0', 'bob', { readyAt: 2 }),
    );
    const pending = new Pending();
    const taken = Array.from({ length: 3 }, () => {
      const [next] = waiting.candidates('accelerator', pending);
      pending.take(next!);
      return next!.segment.id;
    });
    expect(taken).toEqual(['a0', 'b0', 'a1']);
    expect(waiting.candidates('accelerator', pending)).toEqual([]);
    expect(waiting.size).toBe(3);
  });
});

interface Step {
  act: 'add' | 'start' | 'remove';
  caller: string;
  pick: number;
  estimateMs: number;
}

const steps = (...callers: string[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      act: fc.constantFrom('add', 'add', 'start', 'remove'),
      caller: fc.constantFrom(...callers),
      pick: fc.nat(),
      estimateMs: fc.integer({ min: 0, max: 5000 }),
    }),
    { maxLength: 80 },
  );

function play(waiting: WaitingQueue, taken: Step[], after: () => void): void {
  taken.forEach(({ act, caller, pick, estimateMs }, index) => {
    const ids = order(waiting);
    const id = ids[pick % Math.max(ids.length, 1)] ?? 'none';
    if (act === 'add') waiting.add(segment(`${index}`, caller, { estimateMs, readyAt: index }));
    else waiting[act](id);
    after();
  });
}

describe('any use of the queue', () => {
  it('keeps positions, order, size and work in step', () => {
    fc.assert(
      fc.property(steps('ann', 'bob', 'cyd'), (taken) => {
        const waiting = new WaitingQueue();
        play(waiting, taken, () => {
          const ids = order(waiting);
          expect(ids.map((id) => waiting.positionOf(id))).toEqual(ids.map((_, index) => index + 1));
          expect(waiting.size).toBe(ids.length);
          const work = ids.reduce((total, id) => total + waiting.get(id)!.estimateMs, 0);
          expect(waiting.workMs('accelerator')).toBe(work);
          expect(drain(waiting.copy(Infinity)).sort()).toEqual(ids.sort());
        });
      }),
    );
  });

  it('never moves a segment back for another of the same caller', () => {
    fc.assert(
      fc.property(steps('ann'), (taken) => {
        const waiting = new WaitingQueue();
        let before = new Map<string, number>();
        play(waiting, taken, () => {
          const now = new Map(order(waiting).map((id, index) => [id, index]));
          for (const [id, position] of now) expect(position).toBeLessThanOrEqual(before.get(id) ?? Infinity);
          before = now;
        });
      }),
    );
  });

  it('serves callers who always have something waiting alike, to within a segment', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 60, maxLength: 60 }),
        (estimates) => {
          const waiting = new WaitingQueue();
          estimates.forEach((estimateMs, index) => {
            waiting.add(segment(`${index}`, `${index % 3}`, { estimateMs, readyAt: index }));
          });
          const served = [0, 0, 0];
          for (let index = 0; index < 20; index += 1) {
            const id = first(waiting)!;
            const { caller, estimateMs } = waiting.get(id)!;
            served[Number(caller)]! += estimateMs;
            waiting.start(id);
            expect(Math.max(...served) - Math.min(...served)).toBeLessThanOrEqual(5000);
          }
        },
      ),
    );
  });

  it('forgets callers who owe nothing any more', () => {
    const waiting = queueOf(segment('stays', 'first', { estimateMs: 1e9 }));
    for (let index = 0; index < 5000; index += 1) {
      waiting.add(segment(`${index}`, `caller${index}`, { readyAt: -1, estimateMs: 20_000 }));
      waiting.start(`${index}`);
    }
    const { lines } = waiting as unknown as { lines: { accelerator: { flows: Map<string, unknown> } } };
    expect(lines.accelerator.flows.size).toBeLessThan(2500);
  });
});
