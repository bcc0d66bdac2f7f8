import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    disabled_reason TEXT,
    secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_secret_until INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX webhooks_by_account ON webhooks (account_id, id)`,

  // The body is kept as it is sent, so that every try has the same bytes to sign.
  `CREATE TABLE webhook_events (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`,

  // They outlive their webhook until they are old: there may be too many to delete at once.
  `CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL,
    event_id TEXT NOT NULL REFERENCES webhook_events (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
    tries INTEGER NOT NULL,
    max_tries INTEGER NOT NULL,
    next_at INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    replay_of TEXT
  ) STRICT`,
  `CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_at) WHERE status = 'pending'`,
  `CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id)`,
  `CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (event_id)`,
  `CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at)`,

  `CREATE TABLE webhook_tries (
    delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    status_code INTEGER,
    error TEXT,
    answer TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number)
  ) STRICT, WITHOUT ROWID`,

  // What subscribers have been told of: of each catalogue, the version of each of its entries.
  `CREATE TABLE announced_catalogues (
    name TEXT PRIMARY KEY,
    entries TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
];

export class Webhooks1795140300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
