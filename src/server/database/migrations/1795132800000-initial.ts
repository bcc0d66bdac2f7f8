import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`,

  `CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    sandbox INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER
  ) STRICT`,
  `CREATE INDEX api_keys_by_account ON api_keys (account_id)`,

  `CREATE TABLE ledger_transactions (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL CHECK (type IN ('grant', 'purchase', 'hold', 'settle', 'release')),
    account_id TEXT NOT NULL,
    job_id TEXT,
    created_at INTEGER NOT NULL,
    UNIQUE (job_id, type)
  ) STRICT`,
  // A hold ends once: either settled or released.
  `CREATE UNIQUE INDEX ledger_transactions_one_end ON ledger_transactions (job_id) WHERE type IN ('settle', 'release')`,
  `CREATE TABLE ledger_entries (
    id INTEGER PRIMARY KEY,
    transaction_id TEXT NOT NULL REFERENCES ledger_transactions (id),
    account TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount <> 0),
    balance_after INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX ledger_entries_by_account ON ledger_entries (account, id)`,
  `CREATE INDEX ledger_entries_by_transaction ON ledger_entries (transaction_id)`,
  // Only Atelier's own accounts may be negative: what it has issued is what the others have.
  `CREATE TABLE ledger_balances (
    account TEXT PRIMARY KEY,
    balance INTEGER NOT NULL CHECK (balance >= 0 OR account = 'issued')
  ) STRICT`,

  `CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    pipeline_id TEXT NOT NULL,
    tool INTEGER NOT NULL,
    status TEXT NOT NULL,
    progress REAL NOT NULL,
    message TEXT NOT NULL,
    inputs TEXT NOT NULL,
    recipe TEXT NOT NULL,
    graph TEXT NOT NULL,
    targets TEXT,
    outputs TEXT,
    failure TEXT,
    warnings TEXT NOT NULL,
    credits INTEGER NOT NULL,
    sandbox INTEGER NOT NULL,
    weight REAL NOT NULL,
    bound INTEGER NOT NULL,
    project_id TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    interruptions INTEGER NOT NULL,
    retry_of TEXT
  ) STRICT`,
  `CREATE INDEX jobs_by_account ON jobs (account_id, created_at)`,
  `CREATE INDEX jobs_by_project ON jobs (project_id, created_at) WHERE project_id IS NOT NULL`,
  `CREATE INDEX jobs_by_status ON jobs (status, created_at)`,
  `CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL`,

  `CREATE TABLE node_runs (
    job_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    status TEXT NOT NULL,
    outputs TEXT,
    cached INTEGER NOT NULL,
    failure TEXT,
    crashes INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (job_id, node_id)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE pipelines (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    version TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, id)
  ) STRICT`,

  `CREATE TABLE assets (
    sha256 TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE asset_refs (
    sha256 TEXT NOT NULL REFERENCES assets (sha256),
    owner_kind TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    PRIMARY KEY (sha256, owner_kind, owner_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX asset_refs_by_owner ON asset_refs (owner_kind, owner_id)`,

  `CREATE TABLE files (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES assets (sha256),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    project_id TEXT,
    created_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX files_by_account ON files (account_id, id)`,
  `CREATE INDEX files_by_content ON files (sha256)`,

  `CREATE TABLE idempotency (
    account_id TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'done')),
    response_status INTEGER,
    response_body TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, key)
  ) STRICT`,
  `CREATE INDEX idempotency_by_age ON idempotency (created_at)`,
];

export class Initial1795132800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
