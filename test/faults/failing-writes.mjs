import { existsSync, readFileSync, rmSync } from 'node:fs';
import Libsql from 'libsql';

/**
 * Loaded into a server before it starts: makes one of its writes to a database fail. The file that FAULT_FILE names says which,
 * as `{ at, code, rawCode }`: of the operations that change something the one with that number, counted from 1 since the file was
 * put there. The file goes away when that has happened.
 */
const file = process.env.FAULT_FILE;
let seen = 0;

function mayFail(connection, sql) {
  if (/^\s*(SELECT|PRAGMA|ROLLBACK)/i.test(sql) || !existsSync(file)) return;
  const { at, code, rawCode } = JSON.parse(readFileSync(file, 'utf8'));
  seen += 1;
  if (seen < at) return;
  seen = 0;
  rmSync(file);
  // As SQLite does by itself on some of these errors: https://www.sqlite.org/lang_transaction.html
  if (at % 2 === 0 && connection.inTransaction) connection.exec('ROLLBACK');
  throw new Libsql.SqliteError(`the write number ${at} fails`, code, rawCode);
}

const { exec, prepare } = Libsql.prototype;
Libsql.prototype.exec = function (sql) {
  mayFail(this, sql);
  return exec.call(this, sql);
};
Libsql.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  const guarded =
    (method) =>
    (...values) => {
      mayFail(this, sql);
      return statement[method](...values);
    };
  return { reader: statement.reader, run: guarded('run'), all: guarded('all') };
};
