import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Limits1795140000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE limit_counts (
      key TEXT PRIMARY KEY,
      started_at REAL NOT NULL,
      length_ms INTEGER NOT NULL,
      used INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
