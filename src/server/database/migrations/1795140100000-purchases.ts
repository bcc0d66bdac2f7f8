import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  // The month, such as 2026-03, of which a grant is the allowance.
  `ALTER TABLE ledger_transactions ADD COLUMN month TEXT`,
  `CREATE UNIQUE INDEX ledger_transactions_allowance ON ledger_transactions (account_id, month) WHERE month IS NOT NULL`,

  `CREATE TABLE purchases (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    sandbox INTEGER NOT NULL,
    credits INTEGER NOT NULL CHECK (credits > 0),
    cost_cents INTEGER NOT NULL CHECK (cost_cents >= 0),
    payment_method TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'credited', 'failed')),
    payment_id TEXT,
    failure TEXT,
    transaction_id TEXT UNIQUE,
    balance_after INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((status = 'credited') = (transaction_id IS NOT NULL))
  ) STRICT`,
  `CREATE INDEX purchases_pending ON purchases (created_at) WHERE status = 'pending'`,
];

export class Purchases1795140100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
