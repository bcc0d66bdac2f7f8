import { Watchdog } from './watchdog.js';

const limits = { silenceMs: 10_000, memoryMiB: 1000 };
const beat = { tick: 1, nativeMs: 0, rssMiB: 100 };

describe('Watchdog', () => {
  let watchdog: Watchdog;

  beforeEach(() => {
    watchdog = new Watchdog(limits);
  });

  it('is content while beats come and the main thread answers', () => {
    for (let tick = 0; tick < 100; tick++) {
      watchdog.beat({ ...beat, tick });
      expect(watchdog.pass(5000)).toBeUndefined();
    }
  });

  it('takes a worker for suspended when beats have been missing for 10 s', () => {
    watchdog.beat(beat);
    expect(watchdog.pass(9999)).toBeUndefined();
    expect(watchdog.pass(1)).toBe('silent');
  });

  it('takes a worker for hanging when its main thread has stood still for 10 s', () => {
    watchdog.beat(beat);
    expect(watchdog.pass(9000)).toBeUndefined();
    watchdog.beat(beat);
    expect(watchdog.pass(1000)).toBe('hang');
  });

  it('lets the main thread stand still in a native call until its time is up', () => {
    for (let left = 60_000; left > 0; left -= 5000) {
      watchdog.beat({ ...beat, nativeMs: left });
      expect(watchdog.pass(5000)).toBeUndefined();
    }
    watchdog.beat({ ...beat, nativeMs: -1 });
    expect(watchdog.pass(1)).toBe('hang');
  });

  it('gives the main thread 10 s more when a native call is over', () => {
    watchdog.beat({ ...beat, nativeMs: 1 });
    watchdog.pass(9000);
    watchdog.beat({ ...beat, nativeMs: 1 });
    expect(watchdog.pass(9000)).toBeUndefined();
    watchdog.beat(beat);
    expect(watchdog.pass(1000)).toBe('hang');
  });

  it('calls a worker heavy above its limit, and has it killed above twice that', () => {
    watchdog.beat({ ...beat, rssMiB: 1000 });
    expect(watchdog.isHeavy(1000)).toBe(false);
    watchdog.beat({ ...beat, rssMiB: 1001 });
    expect(watchdog.isHeavy(1001)).toBe(true);
    expect(watchdog.pass(1)).toBeUndefined();
    watchdog.beat({ ...beat, rssMiB: 2001 });
    expect(watchdog.pass(1)).toBe('memory');
  });
});
