import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    tags TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'deleting')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX projects_by_account ON projects (account_id, created_at)`,
  `CREATE TABLE items (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    project_id TEXT REFERENCES projects (id),
    job_id TEXT NOT NULL,
    tool_id TEXT NOT NULL,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX items_by_project ON items (project_id, created_at) WHERE project_id IS NOT NULL`,
  `CREATE INDEX items_by_version ON items (account_id, project_id, type, version)`,
  `ALTER TABLE files ADD COLUMN item_id TEXT`,
  `CREATE INDEX files_by_item ON files (item_id) WHERE item_id IS NOT NULL`,
  `CREATE INDEX files_by_project ON files (project_id) WHERE project_id IS NOT NULL`,
  // An item is nothing but its files, which are deleted on many ways.
  `CREATE TRIGGER items_end_with_their_files AFTER DELETE ON files WHEN old.item_id IS NOT NULL
  BEGIN
    DELETE FROM items WHERE id = old.item_id AND NOT EXISTS (SELECT 1 FROM files WHERE item_id = old.item_id);
  END`,
  // Adding up all files of an account would take longer with each; so the sum is kept, for whoever adds or removes one.
  `CREATE TABLE storage (
    account_id TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO storage (account_id, bytes) SELECT account_id, SUM(bytes) FROM files GROUP BY account_id`,
  `CREATE TRIGGER storage_grows AFTER INSERT ON files
  BEGIN
    INSERT INTO storage (account_id, bytes) VALUES (new.account_id, new.bytes)
    ON CONFLICT (account_id) DO UPDATE SET bytes = bytes + excluded.bytes;
  END`,
  `CREATE TRIGGER storage_shrinks AFTER DELETE ON files
  BEGIN
    UPDATE storage SET bytes = bytes - old.bytes WHERE account_id = old.account_id;
  END`,
];

export class Projects1795140200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
