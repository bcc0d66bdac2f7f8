import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { EntityManager } from 'typeorm';
import { planTerms } from '../accounts/plans.js';
import type { Principal } from '../accounts/principal.js';
import { Database } from '../database/database.js';

/** What an account may store. */
export interface StorageQuota {
  accountId: string;
  /** Infinity: as much as there is */
  limitBytes: number;
}

/** A plan's quota. A sandbox key has none. */
export function quotaOf({ accountId, plan, sandbox }: Principal): StorageQuota {
  return { accountId, limitBytes: sandbox ? Infinity : planTerms[plan].storageBytes };
}

/**
 * How much each account stores: uploads and results alike. Only uploads are refused; a job has been paid for when its
 * result is known, and is never lost over its size.
 */
@Injectable()
export class Storage {
  /** bytes of uploads that are being received, by account */
  private readonly arriving = new Map<string, number>();

  constructor(@Inject(Database) private readonly database: Database) {}

  /** Bytes. */
  async used(accountId: string, manager: EntityManager = this.database.read): Promise<number> {
    const rows: { bytes: number }[] = await manager.query('SELECT bytes FROM storage WHERE account_id = ?', [
      accountId,
    ]);
    return rows[0]?.bytes ?? 0;
  }

  /** @throws Failure `too-large` when so much more does not fit */
  async require(manager: EntityManager, quota: StorageQuota, bytes: number): Promise<void> {
    if (quota.limitBytes === Infinity) return;
    const used = await this.used(quota.accountId, manager);
    if (used + bytes > quota.limitBytes) throw full(quota, used, bytes);
  }

  /** Passes on an upload, and fails as soon as it does not fit beside the others that are under way. @throws Failure `too-large` */
  async *receive(quota: StorageQuota, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { accountId, limitBytes } = quota;
    let bytes = 0;
    try {
      for await (const chunk of source) {
        bytes += chunk.length;
        const arriving = this.note(accountId, chunk.length);
        const used = limitBytes === Infinity ? 0 : await this.used(accountId);
        if (used + arriving > limitBytes) throw full(quota, used, bytes);
        yield chunk;
      }
    } finally {
      this.note(accountId, -bytes);
    }
  }

  /** @returns bytes that are arriving for the account */
  private note(accountId: string, bytes: number): number {
    const sum = (this.arriving.get(accountId) ?? 0) + bytes;
    if (sum === 0) this.arriving.delete(accountId);
    else this.arriving.set(accountId, sum);
    return sum;
  }
}

function full({ limitBytes }: StorageQuota, used: number, required: number): Failure {
  const message = `Your plan stores ${limitBytes} bytes and you use ${used}; delete files or take a larger plan, then try again.`;
  return new Failure('too-large', message, { kind: 'storage', limit: limitBytes, used, required });
}
