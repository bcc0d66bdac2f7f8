import Libsql from 'libsql';
import type { Driver } from '../../src/server/database/store.js';

/** When a database fails. Operations that write are counted from 1, once `at` is set. */
export interface Fault {
  /** the operation that fails; 0 = none */
  at: number;
  /** all later ones fail too */
  persistent: boolean;
  /** SQLite undoes the transaction by itself, as it may on a full disk */
  undoes: boolean;
  seen: number;
}

/** Real connections, which fail with "disk full" where `fault` says so. Undoing always works, as SQLite promises. */
export function faultyDriver(fault: Fault): Driver {
  return class extends Libsql {
    constructor(file: string, options?: Libsql.Options) {
      super(file, options);
      const exec = this.exec.bind(this);
      const prepare = this.prepare.bind(this);
      const count = (sql: string): void => {
        if (!fails(fault, sql)) return;
        if (fault.undoes && this.inTransaction) exec('ROLLBACK');
        throw new Libsql.SqliteError('database or disk is full', 'SQLITE_FULL', 13);
      };
      this.exec = (sql) => {
        count(sql);
        return exec(sql);
      };
      this.prepare = ((sql: string) => {
        const statement = prepare(sql);
        return {
          reader: statement.reader,
          run: (...values: unknown[]) => (count(sql), statement.run(...values)),
          all: (...values: unknown[]) => (count(sql), statement.all(...values)),
        };
      }) as unknown as typeof this.prepare;
    }
  };
}

function fails(fault: Fault, sql: string): boolean {
  if (fault.at === 0 || /^\s*(SELECT|PRAGMA|ROLLBACK)/i.test(sql)) return false;
  fault.seen += 1;
  return fault.persistent ? fault.seen >= fault.at : fault.seen === fault.at;
}
