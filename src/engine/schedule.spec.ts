import { gpus } from '../../bench/scheduler/workload.js';
import {
  fits,
  patience,
  schedule,
  WaitingQueue,
  type DeviceState,
  type ModelNeed,
  type ResidentModel,
  type ScheduleInput,
  type WaitingSegment,
} from './schedule.js';

const GiB = 1024;
const model = (id: string, gigabytes = 6, loadMs = 4000): ModelNeed => ({
  id,
  memoryMiB: gigabytes * GiB,
  loadMs,
});
const resident = (need: ModelNeed, more: Partial<ResidentModel> = {}): ResidentModel => ({
  ...need,
  pinned: false,
  inUse: false,
  usedAt: 0,
  uses: 1,
  ...more,
});
const gpu = (id: string, held: ResidentModel[] = [], more: Partial<DeviceState> = {}): DeviceState => ({
  ...gpus(1)[0]!,
  id,
  resident: held,
  ...more,
});
const busyUntil = (endsAt: number): Partial<DeviceState> => ({
  running: { segmentId: 'other', workingMiB: 0, endsAt },
});
const segment = (id: string, models: ModelNeed[], more: Partial<WaitingSegment> = {}): WaitingSegment => ({
  id,
  jobId: id,
  caller: 'ann',
  weight: 1,
  target: 'accelerator',
  models,
  workingMiB: 0,
  estimateMs: 3000,
  readyAt: 0,
  ...more,
});
const queueOf = (...segments: WaitingSegment[]): WaitingQueue => {
  const waiting = new WaitingQueue();
  for (const each of segments) waiting.add(each);
  return waiting;
};
const decide = (
  devices: DeviceState[],
  segments: WaitingSegment[],
  more: Partial<ScheduleInput> = {},
): string[] =>
  schedule({ waiting: queueOf(...segments), devices, utilisation: 0.5, now: 1000, ...more }).map(
    ({ segmentId, deviceId, load, evict }) =>
      [`${segmentId} on ${deviceId}`, ...load.map((id) => `+${id}`), ...evict.map((id) => `-${id}`)].join(
        ' ',
      ),
  );

const [a, b, c] = [model('a'), model('b'), model('c')];

describe('where a segment runs', () => {
  it('runs on the device that holds its models', () => {
    expect(decide([gpu('1'), gpu('2', [resident(a)])], [segment('s', [a])])).toEqual(['s on 2']);
  });

  it('is loaded where nothing holds its models', () => {
    expect(decide([gpu('1')], [segment('s', [a, b])])).toEqual(['s on 1 +a +b']);
  });

  it('loads only those models that are missing, where the least is missing', () => {
    const devices = [gpu('1'), gpu('2', [resident(a)])];
    expect(decide(devices, [segment('s', [a, b])])).toEqual(['s on 2 +b']);
  });

  it('goes to a host device if that is its target, and needs no model there', () => {
    const devices = [gpu('1'), gpu('host', [], { kind: 'host' })];
    expect(decide(devices, [segment('s', [], { target: 'host' })])).toEqual(['s on host']);
    expect(decide([gpu('1')], [segment('s', [], { target: 'host' })])).toEqual([]);
  });

  it('starts on no device that is busy or not available', () => {
    const devices = [gpu('1', [], busyUntil(5000)), gpu('2', [], { available: false })];
    expect(decide(devices, [segment('s', [a])])).toEqual([]);
  });

  it('starts as many segments as there are idle devices', () => {
    const waiting = [segment('s', [a]), segment('t', [b]), segment('u', [c])];
    expect(decide([gpu('1'), gpu('2')], waiting)).toEqual(['s on 1 +a', 't on 2 +b']);
  });

  it('leaves a device to the segment that needs what only that one holds', () => {
    const devices = [gpu('1', [resident(a), resident(b)]), gpu('2', [resident(a)])];
    expect(decide(devices, [segment('s', [a]), segment('t', [b])])).toEqual(['s on 2', 't on 1']);
  });

  it('avoids the devices that are excluded', () => {
    const crashed = segment('s', [a], { excludeDevices: ['1'] });
    expect(decide([gpu('1', [resident(a)]), gpu('2')], [crashed])).toEqual(['s on 2 +a']);
  });

  it('waits for a busy device rather than run on one that is excluded', () => {
    const crashed = segment('s', [a], { excludeDevices: ['1'] });
    expect(decide([gpu('1', [resident(a)]), gpu('2', [], busyUntil(9000))], [crashed])).toEqual([]);
  });

  it('runs on an excluded device when every device that could hold it is excluded', () => {
    const small = gpu('2', [], { memoryMiB: 4 * GiB });
    const crashed = segment('s', [a], { excludeDevices: ['1'] });
    expect(decide([gpu('1'), small], [crashed])).toEqual(['s on 1 +a']);
  });
});

describe('memory', () => {
  it('evicts what is needed for the weights and the working memory, and no more', () => {
    const held = [resident(a, { usedAt: 1 }), resident(b, { usedAt: 2 }), resident(c, { usedAt: 3 })];
    expect(decide([gpu('1', held)], [segment('s', [model('d')])])).toEqual(['s on 1 +d']);
    expect(decide([gpu('1', held)], [segment('s', [model('d')], { workingMiB: 1 })])).toEqual([
      's on 1 +d -a',
    ]);
    expect(decide([gpu('1', held)], [segment('s', [a], { workingMiB: 8 * GiB })])).toEqual(['s on 1 -b']);
  });

  it('leaves a segment waiting while pinned models and models in use leave it no room', () => {
    const large = segment('s', [model('d', 20)]);
    expect(decide([gpu('1', [resident(a, { pinned: true })])], [large])).toEqual([]);
    expect(decide([gpu('1', [resident(a, { inUse: true })])], [large])).toEqual([]);
    expect(decide([gpu('1', [resident(a)])], [large])).toEqual(['s on 1 +d -a']);
  });

  it('lets a small segment pass a large one that has no room yet', () => {
    const devices = [gpu('1', [], { memoryMiB: 8 * GiB }), gpu('2', [], busyUntil(9000))];
    expect(decide(devices, [segment('large', [model('d', 20)]), segment('small', [a])])).toEqual([
      'small on 1 +a',
    ]);
  });

  it('fits a segment that some device of its kind could run with everything else evicted', () => {
    const devices = [
      gpu('1', [resident(b), resident(c)], busyUntil(9000)),
      gpu('host', [], { kind: 'host' }),
    ];
    expect(fits(segment('s', [a], { workingMiB: 18 * GiB }), devices)).toBe(true);
    expect(fits(segment('s', [a], { workingMiB: 18 * GiB + 1 }), devices)).toBe(false);
    expect(fits(segment('s', [a], { target: 'host' }), [gpu('1')])).toBe(false);
  });

  it('does not fit a segment beside models that are pinned', () => {
    const devices = [gpu('1', [resident(b, { pinned: true })])];
    expect(fits(segment('s', [a], { workingMiB: 12 * GiB }), devices)).toBe(true);
    expect(fits(segment('s', [a], { workingMiB: 13 * GiB }), devices)).toBe(false);
  });
});

describe('when a load is paid for', () => {
  const worked = (servedMsSinceLoad: number): Partial<DeviceState> => ({
    servedMsSinceLoad,
    lastLoadMs: 4000,
  });
  const waiting = [segment('old', [b]), segment('young', [a], { readyAt: 500 })];

  it('serves what is resident before something older until the last load is worked off', () => {
    expect(decide([gpu('1', [resident(a)], worked(7999))], waiting)).toEqual(['young on 1']);
    expect(decide([gpu('1', [resident(a)], worked(8000))], waiting)).toEqual(['old on 1 +b']);
  });

  it('has the more patience the higher the utilisation is', () => {
    const at = (utilisation: number): string[] =>
      decide([gpu('1', [resident(a)], worked(20_000))], waiting, { utilisation });
    expect(at(0.7)).toEqual(['old on 1 +b']);
    expect(at(0.8)).toEqual(['young on 1']);
  });

  it.each([
    [0, 2],
    [0.5, 2],
    [0.7, 3.5],
    [0.85, 8.5],
    [0.99, 32],
    [1, 32],
  ])('at a utilisation of %p has a patience of %p', (utilisation, expected) => {
    expect(patience(utilisation)).toBeCloseTo(expected);
  });

  it('loads at once on a device that has nothing to do for its models', () => {
    expect(decide([gpu('1', [resident(a)], worked(0))], [segment('s', [b])])).toEqual(['s on 1 +b']);
  });

  it('waits for a busy device that holds the model and has done its work before a load would pay', () => {
    const devices = [gpu('1'), gpu('2', [resident(a)], busyUntil(8999))];
    expect(decide(devices, [segment('s', [a])])).toEqual([]);
  });

  it('does not wait for a busy device that is long overdue', () => {
    const devices = [gpu('1'), gpu('2', [resident(a)], busyUntil(-7001))];
    expect(decide(devices, [segment('s', [a])])).toEqual(['s on 1 +a']);
  });

  it('loads a second copy for what a busy device would take longer to work off', () => {
    const devices = [gpu('1'), gpu('2', [resident(a)], busyUntil(4000))];
    const many = Array.from({ length: 3 }, (_, index) => segment(`s${index}`, [a]));
    expect(decide(devices, many)).toEqual(['s0 on 1 +a']);
    expect(decide(devices, many.slice(1))).toEqual([]);
  });

  it('loads what nobody holds before it makes a second copy for what waits little longer', () => {
    const twin = gpu('2', [resident(a)], busyUntil(60_000));
    const late = segment('t', [b], { readyAt: 900 });
    expect(decide([gpu('1'), twin], [segment('s', [a]), late])).toEqual(['t on 1 +b']);
    const later = { ...late, readyAt: 15_001 };
    expect(decide([gpu('1'), twin], [segment('s', [a]), later], { now: 20_000 })).toEqual(['s on 1 +a']);
  });
});

describe('who comes first', () => {
  it('takes the oldest segment of a caller, and of those that came together the longest', () => {
    const waiting = [
      segment('late', [a], { readyAt: 2, estimateMs: 9000 }),
      segment('short', [a], { readyAt: 1, estimateMs: 1000 }),
      segment('long', [a], { readyAt: 1, estimateMs: 5000 }),
    ];
    expect(decide([gpu('1', [resident(a)])], waiting)).toEqual(['long on 1']);
  });

  it('gives the next segment to the caller who had less', () => {
    const waiting = queueOf(
      segment('s1', [a]),
      segment('s2', [a]),
      segment('bob', [a], { caller: 'bob', readyAt: 9 }),
    );
    waiting.start('s1');
    const [next] = schedule({ waiting, devices: [gpu('1', [resident(a)])], utilisation: 0.5, now: 10 });
    expect(next?.segmentId).toBe('bob');
  });

  it('loads for a caller who is a quantum behind only where more is asked than can be served', () => {
    const flood = Array.from({ length: 9 }, (_, index) => segment(`s${index}`, [a], { estimateMs: 4000 }));
    const waiting = queueOf(...flood, segment('bob', [b], { caller: 'bob', readyAt: 9 }));
    for (const { id } of flood.slice(0, 4)) waiting.start(id);
    const devices = [gpu('1', [resident(a)], { servedMsSinceLoad: 0, lastLoadMs: 4000 })];
    const next = (utilisation: number): string | undefined =>
      schedule({ waiting, devices, utilisation, now: 10 })[0]?.segmentId;
    expect(next(0.9)).toBe('s4');
    expect(next(1)).toBe('bob');
  });
});
