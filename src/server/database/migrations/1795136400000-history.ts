import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE history_drafts (
    job_id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    type TEXT NOT NULL,
    prompt TEXT NOT NULL,
    negative_prompt TEXT,
    parameters TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,

  // AUTOINCREMENT: the number of an entry that was deleted is never given to another.
  `CREATE TABLE history_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    type TEXT NOT NULL,
    prompt TEXT NOT NULL,
    negative_prompt TEXT,
    parameters TEXT NOT NULL,
    folder TEXT NOT NULL,
    file_name TEXT NOT NULL,
    unplaced TEXT,
    result_files TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX history_entries_by_account ON history_entries (account_id, id)`,
  `CREATE INDEX history_entries_by_file ON history_entries (file_name)`,
];

export class History1795136400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
