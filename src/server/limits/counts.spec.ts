import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Counts } from './counts.js';
import { windowMs } from './windows.js';

describe('Counts', () => {
  let temp: TempHome;
  let counts: Counts;
  let clock: number;

  const open = async (): Promise<Counts> => {
    const opened = new Counts(temp.journal);
    await opened.onModuleInit();
    return opened;
  };
  beforeEach(async () => {
    temp = await TempHome.open();
    clock = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => clock);
    jest.spyOn(Date, 'now').mockImplementation(() => 1.7e12 + clock);
    counts = await open();
  });
  afterEach(async () => {
    await counts.onModuleDestroy();
    jest.restoreAllMocks();
    await temp.remove();
  });

  const ask = (key = 'a', limit = 3) => counts.increment(key, windowMs.minute, limit);
  const restart = async (): Promise<void> => {
    await counts.onModuleDestroy();
    counts = await open();
  };

  it('counts up to the limit and not what is beyond it', async () => {
    for (const totalHits of [1, 2, 3]) {
      expect(await ask()).toEqual({ totalHits, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 });
    }
    clock = 20_500;
    const blocked = { totalHits: 3, timeToExpire: 40, isBlocked: true, timeToBlockExpire: 40 };
    expect(await ask()).toEqual(blocked);
    expect(await ask()).toEqual(blocked);
    expect(await ask('b')).toMatchObject({ totalHits: 1 });
    clock = 60_000;
    expect(await ask()).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('lets exactly as many through as there are, of 50 at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('a', 20)));
    expect(answers.filter(({ isBlocked }) => !isBlocked)).toHaveLength(20);
  });

  it('takes back what was counted in vain', async () => {
    await ask();
    counts.refund('a');
    counts.refund('a');
    counts.refund('unknown');
    expect(await ask()).toMatchObject({ totalHits: 1 });
  });

  it('goes on counting after a restart', async () => {
    await ask();
    await ask();
    await restart();
    expect(await ask()).toMatchObject({ totalHits: 3 });
    expect(await ask()).toMatchObject({ isBlocked: true });
  });

  it('saves what it has counted while it runs', async () => {
    const saved = async () => temp.journal.read.query<unknown[]>('SELECT key, used FROM limit_counts');
    await ask();
    for (let tries = 0; tries < 200 && (await saved()).length === 0; tries += 1) await delay(50);
    expect(await saved()).toEqual([{ key: 'a', used: 1 }]);
  });

  it('forgets windows that are over', async () => {
    await ask();
    clock = 61_000;
    await restart();
    expect(await temp.journal.read.query('SELECT * FROM limit_counts')).toEqual([]);
    expect(counts.find('a')).toBeUndefined();
  });

  it.each([3_600_000, -3_600_000])('does not heed a clock that is set by %d ms', async (jump) => {
    await ask();
    jest.spyOn(Date, 'now').mockReturnValue(1.7e12 + jump);
    expect(await ask()).toMatchObject({ totalHits: 2, timeToExpire: 60 });
  });
});
