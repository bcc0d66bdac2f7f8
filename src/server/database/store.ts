import Libsql from 'libsql';
import { DataSource, getMetadataArgsStorage, type EntityManager, type MigrationInterface } from 'typeorm';
import { Failure } from '@atelier/sdk';
import { Writes, type Connection, type Work } from './writes.js';

/** The class that opens connections; specs give one that fails on purpose. */
export type Driver = new (file: string, options?: Libsql.Options) => Libsql.Database;

export interface StoreOptions {
  /** absolute path */
  file: string;
  /** FULL: a commit survives a power cut. NORMAL: the last ones may be lost then. Neither loses any when the process dies. */
  synchronous: 'FULL' | 'NORMAL';
  migrations: (new () => MigrationInterface)[];
  driver?: Driver;
}

/** One SQLite file: a connection of its own for reading what is committed, and a queue for everything else. */
export class Store {
  protected constructor(
    private readonly reader: DataSource,
    private readonly writer: DataSource,
    private readonly writes: Writes,
  ) {}

  /** Reads what is committed and refuses to write. A read that decides a write belongs into that write's unit of work. */
  get read(): EntityManager {
    return this.reader.manager;
  }

  /** See `Writes.write`. */
  write<T>(work: Work<T>): Promise<T> {
    return this.writes.write(work);
  }

  /** Waits for the writes that were accepted, then closes the file. */
  async close(): Promise<void> {
    await this.writes.close();
    await this.reader.destroy();
    // Leaves all rows in the one file, for whoever copies it. A full disk is no reason not to stop: the log keeps them.
    await this.writer.query('PRAGMA wal_checkpoint(PASSIVE)').catch(() => undefined);
    await this.writer.destroy();
  }

  /**
   * Opens the file, makes it if need be and brings its tables up to date. Entities are all that are loaded by then.
   * @throws Failure `conflict` when a newer Atelier has written the file
   */
  protected static async openParts(options: StoreOptions): Promise<[DataSource, DataSource, Writes]> {
    let connection: Connection | undefined;
    const writer = sourceOf(
      options,
      `synchronous = ${options.synchronous}`,
      (opened) => (connection = opened),
    );
    await writer.initialize();
    try {
      await migrate(writer, connection!);
      const reader = sourceOf(options, 'query_only = ON');
      await reader.initialize();
      return [reader, writer, new Writes(writer.createQueryRunner(), connection!)];
    } catch (error) {
      await writer.destroy();
      throw error;
    }
  }
}

function sourceOf(
  options: StoreOptions,
  pragma: string,
  opened?: (connection: Libsql.Database) => void,
): DataSource {
  return new DataSource({
    type: 'better-sqlite3',
    driver: options.driver ?? Libsql,
    database: options.file,
    // Each feature's folder declares its entities; loading the folder is what registers them.
    entities: getMetadataArgsStorage().tables.map((table) => table.target),
    migrations: options.migrations,
    prepareDatabase: (connection: Libsql.Database) => {
      connection.pragma('busy_timeout = 5000');
      connection.pragma('journal_mode = WAL');
      connection.pragma(pragma);
      opened?.(connection);
    },
  });
}

/** Several may start at once: who comes second waits for the lock and finds nothing left to do. */
async function migrate(writer: DataSource, connection: Connection): Promise<void> {
  connection.exec('BEGIN IMMEDIATE');
  try {
    await refuseNewer(writer);
    await writer.runMigrations({ transaction: 'none' });
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

async function refuseNewer(writer: DataSource): Promise<void> {
  const tables: unknown[] = await writer.query(`SELECT 1 FROM sqlite_master WHERE name = 'migrations'`);
  if (tables.length === 0) return;
  const known = new Set(writer.migrations.map((migration) => migration.name ?? migration.constructor.name));
  const rows: { name: string }[] = await writer.query('SELECT name FROM migrations');
  if (rows.every((row) => known.has(row.name))) return;
  throw new Failure(
    'conflict',
    'A newer Atelier has written the data in ATELIER_HOME; install that version or choose another ATELIER_HOME.',
  );
}
