import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE chats (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    project_id TEXT,
    state TEXT NOT NULL,
    messages INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX chats_by_account ON chats (account_id, updated_at)`,

  `CREATE TABLE chat_messages (
    chat_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    content TEXT NOT NULL,
    suggestions TEXT NOT NULL,
    job_id TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, seq)
  ) STRICT, WITHOUT ROWID`,
];

export class Chats1795140400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
