import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Libsql from 'libsql';
import { Column, Entity, PrimaryColumn, type EntityManager } from 'typeorm';
import { faultyDriver, type Fault } from '../../../test/storage/faulty-driver.js';
import { Database } from './database.js';

@Entity('accounts')
class Row {
  @PrimaryColumn('text') id!: string;
  @Column('text') email!: string;
  @Column('text') plan!: string;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}

describe('Writes', () => {
  let home: string;
  let database: Database;
  let fault: Fault;

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'atelier-writes-'));
    fault = { at: 0, persistent: false, undoes: false, seen: 0 };
    database = await Database.open(home, faultyDriver(fault));
  });

  afterEach(async () => {
    fault.at = 0;
    await database.close();
    await rm(home, { recursive: true });
  });

  const row = (id: string): Row => ({ id, email: `${id}@example.com`, plan: 'free', createdAt: Date.now() });
  const insert = (manager: EntityManager, id: string): Promise<unknown> => manager.insert(Row, row(id));
  const ids = async (): Promise<string[]> =>
    (await database.read.find(Row, { order: { id: 'ASC' } })).map((found) => found.id);
  const pair = (name: string) => async (manager: EntityManager) => {
    await insert(manager, `${name}-a`);
    await insert(manager, `${name}-b`);
  };

  it('keeps, of 200 parallel units half of which throw, exactly those that succeed', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        database.write(async (manager) => {
          await pair(`user_${index}`)(manager);
          if (index % 2 === 1) throw new Error(`unit ${index}`);
          return index;
        }),
      ),
    );

    outcomes.forEach((outcome, index) => {
      if (index % 2 === 0) expect(outcome).toEqual({ status: 'fulfilled', value: index });
      else expect(outcome).toMatchObject({ status: 'rejected', reason: { message: `unit ${index}` } });
    });
    const kept = Array.from({ length: 100 }, (_, index) => [`user_${index * 2}-a`, `user_${index * 2}-b`]);
    expect(await ids()).toEqual(kept.flat().sort());
  });

  it('runs units in the order they came, each seeing what those before it wrote', async () => {
    const counts = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        database.write(async (manager) => {
          await insert(manager, `user_${index}`);
          return manager.count(Row);
        }),
      ),
    );
    expect(counts).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('shows readers nothing that is not committed', async () => {
    const seen = await database.write(async (manager) => {
      await insert(manager, 'user_1');
      return ids();
    });
    expect(seen).toEqual([]);
    expect(await ids()).toEqual(['user_1']);
  });

  it('refuses to write past the queue', async () => {
    await expect(database.read.insert(Row, row('user_1'))).rejects.toThrow('readonly');
  });

  it('undoes a unit that breaks a constraint and goes on with the same statements', async () => {
    await database.write((manager) => insert(manager, 'user_1'));
    await expect(database.write((manager) => insert(manager, 'user_1'))).rejects.toThrow('UNIQUE');
    await database.write((manager) => insert(manager, 'user_2'));
    expect(await ids()).toEqual(['user_1', 'user_2']);
  });

  it('lets a unit save entities and nest transactions, all of which go with it when it throws', async () => {
    const work = async (manager: EntityManager): Promise<void> => {
      await manager.save(manager.create(Row, row('user_1')));
      await manager.transaction((nested) => nested.save(nested.create(Row, row('user_2'))));
    };
    const failing = database.write(async (manager) => {
      await work(manager);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await ids()).toEqual([]);

    await database.write(work);
    expect(await ids()).toEqual(['user_1', 'user_2']);
  });

  it('tells a unit that waits for a unit of its own that it never would end', async () => {
    const nested = database.write(() => database.write((manager) => insert(manager, 'user_1')));
    await expect(nested).rejects.toThrow('pass its manager on');
  });

  it('lets a write be asked for after the unit from whose code it comes', async () => {
    let later: Promise<unknown> | undefined;
    await database.write(async () => {
      later = new Promise((resolve) => setTimeout(resolve, 5)).then(() =>
        database.write((manager) => insert(manager, 'user_1')),
      );
    });
    await later;
    expect(await ids()).toEqual(['user_1']);
  });

  it('finishes what waits when it is closed, then refuses', async () => {
    const writes = Array.from({ length: 20 }, (_, index) =>
      database.write((manager) => insert(manager, `user_${index}`)),
    );
    const closed = database.close();
    await expect(database.write((manager) => insert(manager, 'late'))).rejects.toMatchObject({
      code: 'unavailable',
    });
    await Promise.all(writes);
    await closed;
    database = await Database.open(home);
    expect(await ids()).toHaveLength(20);
  });

  it('lets timers run while hundreds of units are in the queue', async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await Promise.all(Array.from({ length: 1000 }, (_, index) => database.write(pair(`user_${index}`))));
    delay.disable();
    expect(await ids()).toHaveLength(2000);
    // 3 ms and a commit; the rest is for a busy machine.
    expect(delay.percentile(50) / 1e6).toBeLessThan(25);
  });

  it('waits for what another process writes, and makes it wait', async () => {
    const other = await Database.open(home);
    const both = [database, other].flatMap((store, index) =>
      Array.from({ length: 100 }, (_, count) =>
        store.write(async (manager) => {
          const before = await manager.count(Row);
          await insert(manager, `user_${index}_${count}`);
          return before;
        }),
      ),
    );
    const counts = await Promise.all(both);
    expect(new Set(counts).size).toBe(200);
    await other.close();
  });

  it('says so when another process does not stop writing', async () => {
    const other = new Libsql(path.join(home, 'atelier.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    await expect(database.write((manager) => insert(manager, 'user_1'))).rejects.toMatchObject({
      code: 'unavailable',
    });
    other.exec('ROLLBACK');
    other.close();
    await database.write((manager) => insert(manager, 'user_1'));
  }, 10_000);

  it('has a statement prepared once, whatever numbers it writes', async () => {
    const prepared: string[] = [];
    class Recording extends Libsql {
      override prepare: Libsql.Database['prepare'] = (sql: string) => {
        prepared.push(sql);
        return super.prepare(sql);
      };
    }
    const other = await mkdtemp(path.join(os.tmpdir(), 'atelier-writes-'));
    const recorded = await Database.open(other, Recording);
    for (const time of [1, 2, 3]) {
      await recorded.write((manager) => manager.insert(Row, { ...row(`user_${time}`), createdAt: time }));
    }
    expect(prepared.filter((sql) => sql.startsWith('INSERT INTO "accounts"'))).toHaveLength(1);
    expect((await recorded.read.find(Row)).map(({ createdAt }) => createdAt)).toEqual([1, 2, 3]);
    await recorded.close();
    await rm(other, { recursive: true });
  });

  describe.each([
    ['once, as an error of one statement', { persistent: false, undoes: false }],
    ['once, undoing the transaction', { persistent: false, undoes: true }],
    ['from then on', { persistent: true, undoes: true }],
  ])('with a disk that is full %s', (_, kind) => {
    it('never leaves half a unit, whichever operation fails, and recovers', async () => {
      let operations = 0;
      for (let at = 1; operations === 0 || at <= operations; at += 1) {
        Object.assign(fault, kind, { at, seen: 0 });
        const outcomes = await Promise.allSettled(
          ['x', 'y', 'z'].map((name) => database.write(pair(`${at}-${name}`))),
        );
        if (!outcomes.some((outcome) => outcome.status === 'rejected')) operations = at;
        fault.at = 0;

        const kept = await ids();
        ['x', 'y', 'z'].forEach((name, index) => {
          const expected = outcomes[index]?.status === 'fulfilled' ? 2 : 0;
          expect(kept.filter((id) => id.startsWith(`${at}-${name}`))).toHaveLength(expected);
        });
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'storage-full' });
        }
        await database.write((manager) => insert(manager, `${at}-after`));
      }
      // BEGIN, COMMIT and, for each of three units, two inserts between SAVEPOINT and RELEASE
      expect(operations).toBe(15);
    });
  });
});
