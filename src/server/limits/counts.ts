import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Journal } from '../database/journal.js';
import { seconds } from './headers.js';
import { type Count, countAt } from './windows.js';

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

interface Row {
  key: string;
  startedAt: number;
  lengthMs: number;
  used: number;
}

const saveEveryMs = 1_000;
const sweepEveryMs = 60_000;
const rowsPerWrite = 500;

/**
 * How often each caller has asked, in memory, so that a request costs no write; what has changed goes to the journal every
 * second, so that a restart gives nothing back but what the last one counted.
 */
@Injectable()
export class Counts implements ThrottlerStorage, OnModuleInit, OnModuleDestroy {
  private readonly rows = new Map<string, Row>();
  private readonly changed = new Set<string>();
  private readonly timers: NodeJS.Timeout[] = [];
  /** A clock that nobody sets: a jump of the machine's own neither opens a window early nor keeps one shut. */
  private readonly epoch = Date.now() - performance.now();

  constructor(@Inject(Journal) private readonly journal: Journal) {}

  async onModuleInit(): Promise<void> {
    const rows: Row[] = await this.journal.read.query(
      'SELECT key, started_at AS startedAt, length_ms AS lengthMs, used FROM limit_counts',
    );
    for (const row of rows) this.rows.set(row.key, row);
    await this.sweep();
    // What is not saved for once is saved with the next.
    this.timers.push(setInterval(() => void this.save().catch(() => undefined), saveEveryMs).unref());
    this.timers.push(setInterval(() => void this.sweep().catch(() => undefined), sweepEveryMs).unref());
  }

  async onModuleDestroy(): Promise<void> {
    this.timers.forEach(clearInterval);
    await this.save().catch(() => undefined);
  }

  get now(): number {
    return this.epoch + performance.now();
  }

  /** Counts a request, unless that would be one more than `limit`. */
  async increment(key: string, lengthMs: number, limit: number): Promise<ThrottlerStorageRecord> {
    const { startedAt, used } = countAt(this.rows.get(key), lengthMs, this.now);
    const isBlocked = used >= limit;
    if (!isBlocked) this.set({ key, lengthMs, startedAt, used: used + 1 });
    const timeToExpire = seconds(startedAt + lengthMs - this.now);
    const totalHits = isBlocked ? used : used + 1;
    return { totalHits, timeToExpire, isBlocked, timeToBlockExpire: isBlocked ? timeToExpire : 0 };
  }

  /** Takes back what `increment` has counted. */
  refund(key: string): void {
    const row = this.rows.get(key);
    if (row !== undefined && row.used > 0) this.set({ ...row, used: row.used - 1 });
  }

  find(key: string): Count | undefined {
    return this.rows.get(key);
  }

  private set(row: Row): void {
    this.rows.set(row.key, row);
    this.changed.add(row.key);
  }

  private async save(): Promise<void> {
    const keys = [...this.changed];
    for (let start = 0; start < keys.length; start += rowsPerWrite) {
      const part = keys.slice(start, start + rowsPerWrite);
      const rows = part.flatMap((key) => this.rows.get(key) ?? []);
      await this.journal.write((manager) =>
        manager.query(
          `INSERT OR REPLACE INTO limit_counts (key, started_at, length_ms, used)
           SELECT value ->> 'key', value ->> 'startedAt', value ->> 'lengthMs', value ->> 'used' FROM json_each(?)`,
          [JSON.stringify(rows)],
        ),
      );
      for (const row of rows) if (this.rows.get(row.key) === row) this.changed.delete(row.key);
    }
  }

  /** Forgets windows that are over. */
  private async sweep(): Promise<void> {
    const now = this.now;
    for (const { key, startedAt, lengthMs } of this.rows.values()) {
      if (startedAt + lengthMs <= now) this.rows.delete(key);
    }
    await this.journal.write((manager) =>
      manager.query('DELETE FROM limit_counts WHERE started_at + length_ms <= ?', [now]),
    );
  }
}
