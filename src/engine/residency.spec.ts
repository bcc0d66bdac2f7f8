import type { WaitingSegment } from './fair-queue-line.js';
import { finished, Residency, started, type DeviceState, type ResidentModel } from './residency.js';

const GiB = 1024;
const held = (id: string, more: Partial<ResidentModel> = {}): ResidentModel => ({
  id,
  memoryMiB: 6 * GiB,
  loadMs: 4000,
  pinned: false,
  inUse: false,
  usedAt: 0,
  uses: 1,
  ...more,
});
const device = (resident: ResidentModel[], more: Partial<DeviceState> = {}): DeviceState => ({
  id: 'cuda:0',
  kind: 'cuda',
  memoryMiB: 24 * GiB,
  resident,
  running: null,
  servedMsSinceLoad: 0,
  lastLoadMs: 0,
  available: true,
  ...more,
});
const segment = (models: string[], workingMiB = 0): WaitingSegment => ({
  id: 's',
  jobId: 's',
  caller: 'ann',
  weight: 1,
  target: 'accelerator',
  models: models.map((id) => ({ id, memoryMiB: 6 * GiB, loadMs: 4000 })),
  workingMiB,
  estimateMs: 3000,
  readyAt: 0,
});
const evictions = (
  resident: ResidentModel[],
  asked: WaitingSegment,
  wanted: string[] = [],
  others: ResidentModel[] = [],
): string[] =>
  new Residency(device(resident)).toEvict(asked, new Set(wanted), [new Residency(device(others))]);

describe('what is evicted', () => {
  it('is nothing while there is room', () => {
    expect(evictions([held('a')], segment(['b'], 12 * GiB))).toEqual([]);
  });

  it('is the model whose last use is longest ago, where all else is equal', () => {
    const resident = [
      held('a', { usedAt: 3 }),
      held('b', { usedAt: 1 }),
      held('c', { usedAt: 2 }),
      held('d', { usedAt: 4 }),
    ];
    expect(evictions(resident, segment(['e']))).toEqual(['b']);
  });

  it('is rather a model that was seldom used, or loads quickly, than one just as old', () => {
    const rare = [held('a', { uses: 9 }), held('b'), held('c', { uses: 9 }), held('d', { uses: 9 })];
    expect(evictions(rare, segment(['e']))).toEqual(['b']);
    const quick = [held('a'), held('b', { loadMs: 100 }), held('c'), held('d')];
    expect(evictions(quick, segment(['e']))).toEqual(['b']);
  });

  it('is in the end also a model that was used very often, once it is not used any more', () => {
    const hour = 3_600_000;
    const resident = [held('often', { uses: 100_000 }), held('new', { usedAt: hour })];
    expect(evictions(resident, segment([], 13 * GiB))).toEqual(['often']);
  });

  it('is rather what nothing waits for, then what another device holds too', () => {
    const resident = [held('a'), held('b', { usedAt: 9 }), held('c', { usedAt: 8 }), held('d')];
    expect(evictions(resident, segment(['e']), ['a', 'b', 'd'], [held('a')])).toEqual(['c']);
    expect(evictions(resident, segment(['e']), ['a', 'b', 'c', 'd'], [held('b')])).toEqual(['b']);
  });

  it('is never pinned, in use or needed by the segment itself', () => {
    const resident = [
      held('a', { pinned: true }),
      held('b', { inUse: true }),
      held('c'),
      held('d', { usedAt: 9 }),
    ];
    expect(evictions(resident, segment(['c', 'e']))).toEqual(['d']);
  });

  it('spares a small model that a large one, evicted after it, makes room for anyway', () => {
    const resident = [
      held('small', { memoryMiB: 2 * GiB }),
      held('large', { memoryMiB: 20 * GiB, uses: 30 }),
    ];
    expect(evictions(resident, segment(['e'], 10 * GiB))).toEqual(['large']);
  });
});

describe('what fits', () => {
  it('counts pinned models always, and models in use only for now', () => {
    const asked = segment(['e'], 12 * GiB);
    const on = (more: Partial<ResidentModel>): boolean[] => {
      const residency = new Residency(device([held('a', { memoryMiB: 7 * GiB, ...more })]));
      return [residency.fitsEver(asked), residency.fitsNow(asked)];
    };
    expect(on({})).toEqual([true, true]);
    expect(on({ inUse: true })).toEqual([true, false]);
    expect(on({ pinned: true })).toEqual([false, false]);
  });

  it('counts a model that is resident once, at the size that was measured', () => {
    const residency = new Residency(device([held('a', { memoryMiB: 10 * GiB, pinned: true })]));
    expect(residency.fitsNow(segment(['a'], 14 * GiB))).toBe(true);
    expect(residency.fitsNow(segment(['a'], 14 * GiB + 1))).toBe(false);
  });

  it('is nothing at this moment on a device that is busy or not available', () => {
    const running = { segmentId: 'x', workingMiB: 0, endsAt: 1 };
    expect(new Residency(device([], { running })).fitsNow(segment([]))).toBe(false);
    expect(new Residency(device([], { available: false })).fitsNow(segment([]))).toBe(false);
  });
});

describe('a device', () => {
  it('that starts a segment has its models in use, and has served nothing since the load', () => {
    const before = device([held('a', { usedAt: 5 }), held('b')], { servedMsSinceLoad: 99, lastLoadMs: 7 });
    const after = started(before, segment(['a', 'e'], 10), ['b'], 1000);
    expect(after.resident).toEqual([
      held('a', { inUse: true, usedAt: 1000, uses: 2 }),
      held('e', { inUse: true, usedAt: 1000 }),
    ]);
    expect(after.running).toEqual({ segmentId: 's', workingMiB: 10, endsAt: 8000 });
    expect([after.servedMsSinceLoad, after.lastLoadMs]).toEqual([0, 4000]);
  });

  it('that loads nothing goes on counting what it serves', () => {
    const before = device([held('a')], { servedMsSinceLoad: 99, lastLoadMs: 7 });
    const after = finished(started(before, segment(['a']), [], 1000), 2500);
    expect(after.running).toBeNull();
    expect(after.resident.some(({ inUse }) => inUse)).toBe(false);
    expect([after.servedMsSinceLoad, after.lastLoadMs]).toEqual([2599, 7]);
  });
});
