import 'reflect-metadata';
import { mkdir } from 'node:fs/promises';
import { loadConfig } from '../config.js';
import { Accounts } from '../server/accounts/accounts.service.js';
import { Credits } from '../server/credits/credits.service.js';
import { Database } from '../server/database/database.js';

/** Opens the database itself, beside a server or without one: SQLite keeps the writes of several processes apart. */
export async function withAccounts<T>(
  work: (accounts: Accounts, database: Database) => Promise<T>,
): Promise<T> {
  const { home } = loadConfig();
  await mkdir(home, { recursive: true, mode: 0o700 });
  const database = await Database.open(home);
  try {
    return await work(new Accounts(database, new Credits(database)), database);
  } finally {
    await database.close();
  }
}
