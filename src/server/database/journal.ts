import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Store, type Driver } from './store.js';
import { Journal1795132800000 } from './migrations/1795132800000-journal.js';
import { Limits1795140000000 } from './migrations/1795140000000-limits.js';

/** SQLITE_CORRUPT and SQLITE_NOTADB. https://www.sqlite.org/rescode.html */
const damaged = new Set<unknown>(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/**
 * `journal.sqlite`: what is written often and may be lost: job events, the index of the node cache, learnt run times,
 * counts of requests.
 * It is a file of its own because `synchronous` belongs to a connection.
 */
export class Journal extends Store {
  /**
   * A damaged file gives way to a new one.
   * @param home the folder ATELIER_HOME, which exists
   */
  static async open(home: string, driver?: Driver): Promise<Journal> {
    const file = path.join(home, 'journal.sqlite');
    const migrations = [Journal1795132800000, Limits1795140000000];
    const options = { file, synchronous: 'NORMAL' as const, migrations, driver };
    try {
      return new Journal(...(await Store.openParts(options)));
    } catch (error) {
      if (!damaged.has((error as { code?: unknown }).code)) throw error;
      for (const part of [file, `${file}-wal`, `${file}-shm`]) await rm(part, { force: true });
      return new Journal(...(await Store.openParts(options)));
    }
  }
}
