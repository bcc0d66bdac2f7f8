import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Driver, EntityManager, QueryRunner } from 'typeorm';
import { Failure } from '@atelier/sdk';
import { asFailure, isBusy } from './database-failure.js';

/** The part of a libsql connection that TypeORM does not show. */
export interface Connection {
  readonly inTransaction: boolean;
  exec(sql: string): void;
}

export type Work<T> = (manager: EntityManager) => Promise<T>;

/** A unit of work together with the caller that waits for it. */
interface Unit {
  /** Runs the work and keeps its outcome; says whether it succeeded. */
  run(manager: EntityManager): Promise<boolean>;
  running: boolean;
  /** what the work threw */
  error?: unknown;
  /** Gives the caller the outcome. */
  settle(): void;
  reject(error: unknown): void;
}

const unitsPerGroup = 256;
const groupMs = 25;
/** SQLite's calls block the event loop, so after this long others get a turn, even in the midst of a group. */
const turnMs = 3;
/** How long another process may keep the database to itself, and how often to look whether it still does. */
const busyMs = 5000;
const pollMs = 5;

/**
 * The one way to write: SQLite has one writer, and on one connection concurrent transactions would interleave.
 * Units of work that wait at the same time share a transaction and so one fsync (group commit).
 */
export class Writes {
  private readonly waiting: Unit[] = [];
  private readonly inUnit = new AsyncLocalStorage<Unit>();
  private draining: Promise<void> | undefined;
  private closed = false;

  /** `runner` and `connection` are two views of one connection, which is nobody else's. */
  constructor(
    private readonly runner: QueryRunner,
    private readonly connection: Connection,
  ) {
    // Units always run inside a transaction that TypeORM did not open; told so, its `save` opens none of its own.
    Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
    connection.exec('PRAGMA busy_timeout = 0');
    bindIntegers(runner.dataSource.driver);
  }

  /**
   * Runs `work` alone and resolves once what it wrote is durable. If it throws, what it wrote is undone and the caller gets
   * its error; others of its group commit all the same.
   *
   * `work` awaits the manager and nothing slow, one statement after the other (no `Promise.all`), lets the manager's
   * errors pass and does not keep the manager.
   * @throws Failure `storage-full` when the disk is full, `unavailable` once closed or while another process writes for seconds
   */
  write<T>(work: Work<T>): Promise<T> {
    if (this.inUnit.getStore()?.running) {
      return Promise.reject(
        new Error('A unit of work called write() and would wait for itself; pass its manager on instead.'),
      );
    }
    if (this.closed) {
      return Promise.reject(new Failure('unavailable', 'The server is stopping; try again in a moment.'));
    }
    return new Promise<T>((resolve, reject) => {
      this.waiting.push(unitOf(work, resolve, reject));
      this.draining ??= this.drain();
    });
  }

  /** Finishes what waits and refuses what comes after. */
  async close(): Promise<void> {
    this.closed = true;
    await this.draining;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      // Requests that arrived in the same turn of the event loop join the group.
      await nextTurn();
      await this.runGroup();
    }
    this.draining = undefined;
  }

  private async runGroup(): Promise<void> {
    const group: Unit[] = [];
    try {
      await this.begin();
      await this.runUnits(group);
      this.connection.exec('COMMIT');
    } catch (error) {
      if (this.connection.inTransaction) this.connection.exec('ROLLBACK');
      // When BEGIN fails, nobody has had a turn yet.
      if (group.length === 0) group.push(...this.waiting.splice(0));
      const failure = asFailure(error);
      for (const unit of group) unit.reject(failure);
      return;
    }
    for (const unit of group) unit.settle();
  }

  /** Other processes, such as `atelier keys`, write beside a server. Waiting for them in SQLite would block the event loop. */
  private async begin(): Promise<void> {
    for (const givesUpAt = performance.now() + busyMs; ; await delay(pollMs)) {
      try {
        // With a plain BEGIN the lock would be asked for at the first write, when it may be too late to get it.
        return this.connection.exec('BEGIN IMMEDIATE');
      } catch (error) {
        if (!isBusy(error) || performance.now() > givesUpAt) throw error;
      }
    }
  }

  /** Runs what waits, and what comes meanwhile, until the group is large or old enough. */
  private async runUnits(group: Unit[]): Promise<void> {
    const endsAt = performance.now() + groupMs;
    let turnEndsAt = performance.now() + turnMs;
    for (let unit = this.waiting.shift(); unit !== undefined; unit = this.waiting.shift()) {
      group.push(unit);
      await this.runUnit(unit);
      if (group.length === unitsPerGroup || performance.now() > endsAt) return;
      if (performance.now() < turnEndsAt) continue;
      await nextTurn();
      turnEndsAt = performance.now() + turnMs;
    }
  }

  private async runUnit(unit: Unit): Promise<void> {
    this.connection.exec('SAVEPOINT unit');
    const succeeded = await this.inUnit.run(unit, () => unit.run(this.runner.manager));
    // A full disk makes SQLite undo the whole transaction by itself: https://www.sqlite.org/lang_transaction.html
    if (!this.connection.inTransaction)
      throw unit.error ?? new Error('A unit of work hid an error of the database.');
    this.connection.exec(succeeded ? 'RELEASE unit' : 'ROLLBACK TO unit; RELEASE unit');
  }
}

/**
 * TypeORM writes numbers into the text of a statement. With a time in it nearly every statement would be a new one, which is
 * prepared and kept: 20 MB after a few hundred jobs. As bigints they are bound like all other values.
 */
function bindIntegers(driver: Driver): void {
  const escape = driver.escapeQueryWithParameters.bind(driver);
  driver.escapeQueryWithParameters = (sql, parameters) =>
    escape(
      sql,
      Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, boundValue(value)])),
    );
}

function boundValue(value: unknown): unknown {
  return Number.isInteger(value) ? BigInt(value as number) : value;
}

function unitOf<T>(work: Work<T>, resolve: (value: T) => void, reject: (error: unknown) => void): Unit {
  let value: T;
  return {
    running: false,
    async run(manager) {
      this.running = true;
      try {
        value = await work(manager);
        return true;
      } catch (error) {
        this.error = error;
        this.settle = () => reject(asFailure(error));
        return false;
      } finally {
        this.running = false;
      }
    },
    settle: () => resolve(value),
    reject,
  };
}
