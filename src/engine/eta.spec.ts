import { gpus, random, segmentOf, workload } from '../../bench/scheduler/workload.js';
import { simulate } from '../../bench/scheduler/simulator.js';
import { EtaCalibration, forecast } from './eta.js';
import {
  schedule,
  WaitingQueue,
  type DeviceState,
  type ScheduleInput,
  type WaitingSegment,
} from './schedule.js';

const model = (id: string, loadMs = 4000) => ({ id, memoryMiB: 6000, loadMs });
const inputOf = (segments: WaitingSegment[], devices: DeviceState[], now = 0): ScheduleInput => {
  const waiting = new WaitingQueue();
  for (const each of segments) waiting.add(each);
  return { waiting, devices, utilisation: 0.5, now };
};
const a = model('a');

describe('a forecast', () => {
  it('lets segments of one model follow one load', () => {
    const input = inputOf(
      ['x', 'y'].map((id) => segmentOf(id, 'ann', a, 3000, 0)),
      gpus(1),
      500,
    );
    expect(Object.fromEntries(forecast(input))).toEqual({
      x: { startsAt: 4500, endsAt: 7500 },
      y: { startsAt: 7500, endsAt: 10_500 },
    });
    expect(input.waiting.size).toBe(2);
  });

  it('waits for what runs now, and takes what is overdue to end at once', () => {
    const held = { ...a, pinned: false, inUse: true, usedAt: 0, uses: 1 };
    const busy = (endsAt: number): DeviceState[] => [
      { ...gpus(1)[0]!, resident: [held], running: { segmentId: 'other', workingMiB: 0, endsAt } },
    ];
    const segments = [segmentOf('x', 'ann', a, 3000, 0)];
    expect(forecast(inputOf(segments, busy(2000), 500)).get('x')).toEqual({ startsAt: 2000, endsAt: 5000 });
    expect(forecast(inputOf(segments, busy(2000), 9000)).get('x')).toEqual({
      startsAt: 9000,
      endsAt: 12_000,
    });
  });

  it('comes true where nothing more arrives and every estimate is right', () => {
    for (const seed of [1, 2, 3]) {
      const jobs = workload({ devices: 3, models: 8, jobs: 60, seed });
      for (const job of jobs) job.runMs = job.segment.estimateMs;
      const expected = forecast({
        ...inputOf(
          jobs.map(({ segment }) => segment),
          gpus(3),
        ),
        utilisation: 1,
      });
      for (const { job, startedAt, endedAt } of simulate(jobs, gpus(3), schedule, { utilisation: 1 })) {
        const { startsAt, endsAt } = expected.get(job.segment.id)!;
        expect([startsAt, endsAt].map(Math.round)).toEqual([startedAt, endedAt].map(Math.round));
      }
    }
  });

  it('knows nothing of what no available device can run', () => {
    const [device] = gpus(1);
    const away = [{ ...device!, available: false }];
    expect(forecast(inputOf([segmentOf('x', 'ann', a, 3000, 0)], away)).size).toBe(0);
    const host = { ...segmentOf('h', 'ann', a, 10, 0), models: [], target: 'host' as const };
    expect([...forecast(inputOf([host, segmentOf('x', 'ann', a, 3000, 0)], gpus(1))).keys()]).toEqual(['x']);
  });

  it('extends to a queue of any length', () => {
    const segments = Array.from({ length: 1000 }, (_, index) => segmentOf(`${index}`, 'ann', a, 3000, index));
    const expected = forecast(inputOf(segments, gpus(2)), 50);
    expect(expected.size).toBe(1000);
    const lastMs = expected.get('999')!.endsAt;
    expect(lastMs).toBeGreaterThan(1_500_000);
    expect(lastMs).toBeLessThan(1_600_000);
  });
});

describe('the calibration', () => {
  it('starts with the prediction and twice as much', () => {
    expect(new EtaCalibration().range('queued', 3000)).toEqual({ p50Ms: 3000, p90Ms: 6000 });
  });

  it('learns by how much predictions err, for long and short ones apart', () => {
    const calibration = new EtaCalibration();
    for (let job = 1; job <= 100; job += 1) {
      calibration.observe('queued', 1000, 1000 + 10 * job);
      calibration.observe('queued', 60_000, 90_000);
    }
    const short = calibration.range('queued', 1000);
    expect(short.p50Ms).toBeCloseTo(1510, -1);
    expect(short.p90Ms).toBeCloseTo(1910, -1);
    expect(calibration.range('queued', 60_000).p90Ms).toBeCloseTo(90_000);
    expect(calibration.range('running', 1000)).toEqual({ p50Ms: 1000, p90Ms: 2000 });
  });

  it('holds in nine of ten cases, also after the errors have changed', () => {
    const next = random(5);
    const calibration = new EtaCalibration();
    for (const scale of [1, 3]) {
      let kept = 0;
      for (let job = 0; job < 1000; job += 1) {
        const actualMs = 4000 * scale * (0.5 + next() ** 2);
        if (job >= 300 && actualMs <= calibration.range('running', 4000).p90Ms) kept += 1;
        calibration.observe('running', 4000, actualMs);
      }
      expect(kept / 700).toBeGreaterThan(0.85);
      expect(kept / 700).toBeLessThan(0.95);
    }
  });
});
