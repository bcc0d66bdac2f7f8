import { Utilisation } from './schedule-utilisation.js';

const minute = 60_000;

/** `share` of one device's time, in pieces of a second, from one time to another. */
function ask(utilisation: Utilisation, share: number, from: number, to: number, devices = 1): void {
  for (let now = from; now < to; now += 1000 / share) utilisation.arrived(1000, devices, now);
}

describe('utilisation', () => {
  it('is nothing before anything came, and without devices', () => {
    const utilisation = new Utilisation();
    expect(utilisation.at(0, 1, 5)).toBe(0);
    utilisation.arrived(1000, 1, 5);
    expect(utilisation.at(1000, 0, 5)).toBe(0);
  });

  it.each([0.1, 0.5, 0.9])('comes to the share that is asked for within minutes: %p', (share) => {
    const utilisation = new Utilisation();
    ask(utilisation, share, 0, 10 * minute);
    expect(utilisation.at(0, 1, 10 * minute)).toBeCloseTo(share, 1);
    ask(utilisation, share, 10 * minute, 180 * minute);
    expect(utilisation.at(0, 1, 180 * minute)).toBeCloseTo(share, 1);
  });

  it('is shared by the devices', () => {
    const utilisation = new Utilisation();
    ask(utilisation, 2, 0, 60 * minute, 4);
    expect(utilisation.at(0, 4, 60 * minute)).toBeCloseTo(0.5, 1);
  });

  it('is full while a batch is worked off that came at once, and no longer', () => {
    const utilisation = new Utilisation();
    const batchMs = 60 * minute;
    utilisation.arrived(batchMs, 1, 0);
    for (const done of [0, 15, 30, 45])
      expect(utilisation.at(batchMs - done * minute, 1, done * minute)).toBe(1);
    expect(utilisation.at(0, 1, 180 * minute)).toBeLessThan(0.1);
  });

  it('does not count a batch that was cancelled', () => {
    const utilisation = new Utilisation();
    ask(utilisation, 0.2, 0, 300 * minute);
    utilisation.arrived(5 * minute, 1, 300 * minute);
    expect(utilisation.at(5 * minute, 1, 300 * minute)).toBeGreaterThan(0.6);
    expect(utilisation.at(0, 1, 300 * minute)).toBeLessThan(0.4);
  });

  it('does not count a backlog that comes of loading', () => {
    const utilisation = new Utilisation();
    ask(utilisation, 0.8, 0, 120 * minute);
    expect(utilisation.at(60 * minute, 1, 120 * minute)).toBeCloseTo(0.8, 1);
  });
});
