import path from 'node:path';
import { Store, type Driver } from './store.js';
import { Initial1795132800000 } from './migrations/1795132800000-initial.js';
import { History1795136400000 } from './migrations/1795136400000-history.js';
import { Purchases1795140100000 } from './migrations/1795140100000-purchases.js';
import { Identities1795140000000 } from './migrations/1795140000000-identities.js';
import { Projects1795140200000 } from './migrations/1795140200000-projects.js';
import { Webhooks1795140300000 } from './migrations/1795140300000-webhooks.js';
import { Styles1795140500000 } from './migrations/1795140500000-styles.js';
import { Chats1795140400000 } from './migrations/1795140400000-chats.js';

const migrations = [
  Initial1795132800000,
  History1795136400000,
  Purchases1795140100000,
  Identities1795140000000,
  Projects1795140200000,
  Webhooks1795140300000,
  Chats1795140400000,
  Styles1795140500000,
];

/**
 * `atelier.sqlite`: everything that must never be lost. What `write` has resolved survives a power cut.
 */
export class Database extends Store {
  /** @param home the folder ATELIER_HOME, which exists */
  static async open(home: string, driver?: Driver): Promise<Database> {
    const file = path.join(home, 'atelier.sqlite');
    return new Database(
      ...(await Store.openParts({
        file,
        synchronous: 'FULL',
        migrations,
        driver,
      })),
    );
  }
}
