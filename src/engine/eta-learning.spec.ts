import { LoadTimes, RunTimes } from './eta-learning.js';

describe('run times', () => {
  it('are not known for a kind of work that never ran', () => {
    expect(new RunTimes().estimate('sd15 cuda 512x512', 20)).toBeUndefined();
  });

  it('are a start and so much per step, once different numbers of steps have run', () => {
    const times = new RunTimes();
    for (const steps of [10, 20, 30, 20, 10]) times.observe('k', steps, 800 + 150 * steps);
    expect(times.estimate('k', 50)).toBeCloseTo(800 + 150 * 50);
    expect(times.estimate('k', 10)).toBeCloseTo(800 + 150 * 10);
  });

  it('are taken to grow in proportion while only one size has run', () => {
    const times = new RunTimes();
    times.observe('k', 20, 4000);
    times.observe('k', 20, 4400);
    expect(times.estimate('k', 20)).toBeCloseTo(4200, -2);
    expect(times.estimate('k', 40)).toBeCloseTo(8400, -2);
  });

  it('never shrink with more work, whatever noise says', () => {
    const times = new RunTimes();
    times.observe('k', 10, 5000);
    times.observe('k', 12, 4000);
    expect(times.estimate('k', 100)).toBeGreaterThan(times.estimate('k', 50)!);
    expect(times.estimate('k', 1)).toBeGreaterThan(0);
  });

  it('are a mean for work without a size', () => {
    const times = new RunTimes();
    times.observe('k', 0, 100);
    expect(times.estimate('k', 0)).toBe(100);
  });

  it('follow a machine that became slower', () => {
    const times = new RunTimes();
    for (let run = 0; run < 200; run += 1) times.observe('k', 20, 1000);
    for (let run = 0; run < 200; run += 1) times.observe('k', 20, 3000);
    expect(times.estimate('k', 20)).toBeGreaterThan(2900);
  });

  it('are kept apart by kind, and survive as JSON', () => {
    const times = new RunTimes();
    times.observe('small', 20, 1000);
    times.observe('large', 20, 9000);
    const again = new RunTimes(JSON.parse(JSON.stringify(times.saved())));
    expect(again.estimate('small', 20)).toBe(1000);
    expect(again.estimate('large', 20)).toBe(9000);
  });
});

describe('load times', () => {
  it('are not known before anything was loaded on such a device', () => {
    const times = new LoadTimes();
    times.observe('sd15', 'cpu', 2000, 9000);
    expect(times.estimate('sd15', 'cuda', 2000)).toBeUndefined();
  });

  it('move towards what was measured last', () => {
    const times = new LoadTimes();
    times.observe('sd15', 'cuda', 2000, 1000);
    times.observe('sd15', 'cuda', 2000, 2000);
    expect(times.estimate('sd15', 'cuda', 2000)).toBeCloseTo(1300);
  });

  it('of a new model are as its size suggests from the others', () => {
    const times = new LoadTimes();
    times.observe('a', 'cuda', 2000, 1000);
    times.observe('b', 'cuda', 6000, 3000);
    expect(times.estimate('new', 'cuda', 4000)).toBeCloseTo(2000);
    expect(new LoadTimes(times.saved()).estimate('new', 'cuda', 4000)).toBeCloseTo(2000);
  });
});
