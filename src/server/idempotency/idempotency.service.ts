import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LessThan, type EntityManager } from 'typeorm';
import { Failure, type Json } from '@atelier/sdk';
import { Database } from '../database/database.js';
import { IdempotencyRow } from './idempotency.entity.js';

/** A request that may be sent again. */
export interface RepeatableRequest {
  accountId: string;
  /** the caller's, unique within the account for 24 hours */
  key: string;
  /** a digest of method, path and body */
  fingerprint: string;
}

export interface StoredAnswer {
  status: number;
  body: Json;
}

const keptMs = 86_400_000;
/** Few at a time, so that nobody waits long for the write queue. */
const rowsPerStep = 50;

/**
 * Makes a request that is sent again do its work once.
 *
 * A submit calls `begin`, makes its job and calls `finish`, all in one unit of work: whatever happens in between, either
 * the job and its answer are there or neither is. Whoever sends the request at the same moment comes second and gets the
 * answer. A request that takes longer than a unit may begins in one unit and finishes in another; meanwhile others are told
 * that it is in progress. A request that fails is abandoned, so that sending it again tries again.
 */
@Injectable()
export class Idempotency implements OnModuleInit {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Requests that were in progress when the last process ended have left nothing behind, so they may be sent again. */
  async onModuleInit(): Promise<void> {
    await this.database.write((manager) => manager.delete(IdempotencyRow, { status: 'open' }));
  }

  /**
   * @returns `new` for a request whose work is to be done, else the answer it got
   * @throws Failure `idempotency-mismatch` for another request under the same key, `conflict` while it is in progress
   */
  async begin(manager: EntityManager, request: RepeatableRequest): Promise<'new' | StoredAnswer> {
    const answer = await storedAnswer(manager, request);
    if (answer !== null) return answer;
    const { accountId, key, fingerprint } = request;
    await manager.delete(IdempotencyRow, { accountId, key });
    await manager.insert(IdempotencyRow, {
      accountId,
      key,
      fingerprint,
      status: 'open',
      createdAt: Date.now(),
    });
    return 'new';
  }

  /** The answer that the request got earlier, if any: to be asked before work that a repetition can do without. @throws as `begin` */
  answerTo(request: RepeatableRequest): Promise<StoredAnswer | null> {
    return storedAnswer(this.database.read, request);
  }

  /** Keeps the answer, for 24 hours from `begin`. */
  async finish(manager: EntityManager, request: RepeatableRequest, answer: StoredAnswer): Promise<void> {
    const { accountId, key } = request;
    await manager.update(
      IdempotencyRow,
      { accountId, key },
      { status: 'done', responseStatus: answer.status, responseBody: JSON.stringify(answer.body) },
    );
  }

  /** Forgets a request that failed. One that is finished stays. */
  async abandon(manager: EntityManager, { accountId, key }: RepeatableRequest): Promise<void> {
    await manager.delete(IdempotencyRow, { accountId, key, status: 'open' });
  }

  /** Removes what is older than 24 hours. Called now and then. */
  async expire(): Promise<void> {
    let removed = rowsPerStep;
    while (removed === rowsPerStep)
      removed = await this.database.write((manager) => this.expireSome(manager));
  }

  private async expireSome(manager: EntityManager): Promise<number> {
    const old = await manager.find(IdempotencyRow, {
      select: { accountId: true, key: true },
      where: { createdAt: LessThan(Date.now() - keptMs) },
      take: rowsPerStep,
    });
    for (const { accountId, key } of old) await manager.delete(IdempotencyRow, { accountId, key });
    return old.length;
  }
}

async function storedAnswer(
  manager: EntityManager,
  { accountId, key, fingerprint }: RepeatableRequest,
): Promise<StoredAnswer | null> {
  const row = await manager.findOneBy(IdempotencyRow, { accountId, key });
  if (row === null || row.createdAt < Date.now() - keptMs) return null;
  if (row.fingerprint !== fingerprint) {
    throw new Failure(
      'idempotency-mismatch',
      'This Idempotency-Key was used for another request; take a new one.',
    );
  }
  if (row.status === 'done')
    return { status: row.responseStatus!, body: JSON.parse(row.responseBody!) as Json };
  throw new Failure('conflict', 'A request with this Idempotency-Key is in progress; wait for its answer.');
}
