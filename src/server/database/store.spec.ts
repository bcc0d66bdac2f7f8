import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Database } from './database.js';
import { Journal } from './journal.js';

describe('the databases', () => {
  let home: string;
  beforeEach(async () => (home = await mkdtemp(path.join(os.tmpdir(), 'atelier-store-'))));
  afterEach(() => rm(home, { recursive: true }));

  it('make their tables at the first start and keep rows over the next', async () => {
    const first = await Database.open(home);
    await first.write((manager) => manager.query(`INSERT INTO accounts VALUES ('user_1', 'a@b', 'free', 1)`));
    await first.close();
    const second = await Database.open(home);
    expect(await second.read.query('SELECT id FROM accounts')).toEqual([{ id: 'user_1' }]);
    await second.close();
  });

  it('sync every commit of what must never be lost, and leave the journal to the system', async () => {
    const database = await Database.open(home);
    const journal = await Journal.open(home);
    const synchronous = (store: Database | Journal) =>
      store.write((manager) => manager.query('PRAGMA synchronous'));
    expect(await synchronous(database)).toEqual([{ synchronous: 2 }]);
    expect(await synchronous(journal)).toEqual([{ synchronous: 1 }]);
    await database.close();
    await journal.close();
  });

  it('refuse what a newer version has written', async () => {
    const database = await Database.open(home);
    await database.write((manager) =>
      manager.query(`INSERT INTO migrations (timestamp, name) VALUES (1, 'Later1')`),
    );
    await database.close();
    await expect(Database.open(home)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^A newer Atelier has written the data/),
    });
  });

  it('open a journal that is damaged as an empty one', async () => {
    const journal = await Journal.open(home);
    await journal.write((manager) => manager.query(`INSERT INTO run_times VALUES ('k', '1')`));
    await journal.close();
    await writeFile(path.join(home, 'journal.sqlite'), 'this is no database '.repeat(500));

    const again = await Journal.open(home);
    expect(await again.read.query('SELECT * FROM run_times')).toEqual([]);
    await again.close();
  });

  it('leave everything in one file when they are closed', async () => {
    const database = await Database.open(home);
    await database.write((manager) =>
      manager.query(`INSERT INTO accounts VALUES ('user_1', 'a@b', 'free', 1)`),
    );
    await database.close();
    await rm(path.join(home, 'atelier.sqlite-wal'), { force: true });
    const again = await Database.open(home);
    expect(await again.read.query('SELECT id FROM accounts')).toEqual([{ id: 'user_1' }]);
    await again.close();
  });
});
