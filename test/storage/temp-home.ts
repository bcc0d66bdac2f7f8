import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Database } from '../../src/server/database/database.js';
import { Journal } from '../../src/server/database/journal.js';
import type { Driver } from '../../src/server/database/store.js';

/** An ATELIER_HOME with real databases, for one test. */
export class TempHome {
  private constructor(
    readonly home: string,
    readonly database: Database,
    readonly journal: Journal,
  ) {}

  static async open(driver?: Driver): Promise<TempHome> {
    const home = await mkdtemp(path.join(os.tmpdir(), 'atelier-home-'));
    return new TempHome(home, await Database.open(home, driver), await Journal.open(home));
  }

  async remove(): Promise<void> {
    await this.database.close();
    await this.journal.close();
    await rm(this.home, { recursive: true });
  }
}
