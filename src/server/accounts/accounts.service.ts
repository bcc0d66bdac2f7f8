import { Inject, Injectable } from '@nestjs/common';
import { IsNull, Not, type EntityManager } from 'typeorm';
import { Failure } from '@atelier/sdk';
import { Credits } from '../credits/credits.service.js';
import { Database } from '../database/database.js';
import { newId } from '../database/id.js';
import { Account } from './account.entity.js';
import { ApiKey } from './api-key.entity.js';
import { addressOf, madeUpAddress } from './email.js';
import { hashOf, looksLikeKey } from './key.js';
import { endKey, insertKey, type KeyView, requireKey, viewOf } from './key-rows.js';
import { planTerms, type Plan } from './plans.js';
import type { Principal, Scope } from './principal.js';

export interface KeyRequest {
  /** of the account; changes it when the account exists */
  plan: Plan;
  /** granted to the account on top of what it has; 0 to 10^12 */
  credits: number;
  sandbox: boolean;
  /** whose account it is; left out, the key gets an account of its own with a made-up address */
  email?: string;
  /** left out: read and write */
  scopes?: readonly Scope[];
  /** what the key is for; left out: nothing */
  name?: string;
}

export interface CreatedKey {
  accountId: string;
  keyId: string;
  /** shown this once; only its hash is kept */
  key: string;
}

interface FoundKey {
  id: string;
  accountId: string;
  scopes: string;
  sandbox: 0 | 1;
  lastUsedAt: number | null;
  plan: Plan;
}

/** How exactly `lastUsedAt` is kept: one write a minute for each key, however busy it is. */
const usedEveryMs = 60_000;

/** Accounts and their API keys. */
@Injectable()
export class Accounts {
  /** keys whose use is being noted */
  private readonly noting = new Set<string>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Credits) private readonly credits: Credits,
  ) {}

  /** @throws Failure `not-found` */
  async get(accountId: string): Promise<Account> {
    const account = await this.database.read.findOneBy(Account, { id: accountId });
    if (account === null)
      throw new Failure('not-found', `There is no account ${accountId}.`, { kind: 'account' });
    return account;
  }

  findByEmail(email: string): Promise<Account | null> {
    return this.database.read.findOneBy(Account, { email: normalised(email) });
  }

  /** @throws Failure `invalid-input` for what is no email address or no amount of credits */
  async createKey(request: KeyRequest): Promise<CreatedKey> {
    return this.database.write(async (manager) => {
      const accountId = await this.accountFor(manager, request);
      if (request.credits !== 0) await this.credits.grant(manager, accountId, request.credits);
      const { name = '', scopes = ['read', 'write'], sandbox } = request;
      const { key, view } = await insertKey(manager, accountId, { name, scopes, sandbox });
      return { accountId, keyId: view.id, key };
    });
  }

  /** Newest first, the revoked ones included. */
  async listKeys(accountId: string): Promise<KeyView[]> {
    const keys = await this.database.read.find(ApiKey, { where: { accountId }, order: { id: 'DESC' } });
    return keys.map(viewOf);
  }

  /** Whether a key lets anyone in that has another name than this. */
  hasKeyBeside(name: string): Promise<boolean> {
    return this.database.read.existsBy(ApiKey, { name: Not(name), revokedAt: IsNull() });
  }

  /** The key is refused from the moment this resolves. Again changes nothing. @throws Failure `not-found` */
  async revokeKey(accountId: string, keyId: string): Promise<void> {
    await this.database.write(async (manager) => {
      await endKey(manager, await requireKey(manager, accountId, keyId), Date.now());
    });
  }

  /**
   * Who has this key. It is looked up each time, in 0.03 ms, so that a key revoked by any process is refused at once.
   * @throws Failure `invalid-key` for one that is missing, unknown or revoked
   */
  async authenticate(key: string): Promise<Principal> {
    if (!looksLikeKey(key)) throw invalidKey();
    const [found]: FoundKey[] = await this.database.read.query(
      `SELECT k.id, k.account_id AS accountId, k.scopes, k.sandbox, k.last_used_at AS lastUsedAt, a.plan
       FROM api_keys k JOIN accounts a ON a.id = k.account_id
       WHERE k.key_hash = ? AND (k.revoked_at IS NULL OR k.revoked_at > ?)`,
      [hashOf(key), Date.now()],
    );
    if (found === undefined) throw invalidKey();
    const { id: keyId, accountId, plan, lastUsedAt } = found;
    if (Date.now() - (lastUsedAt ?? 0) >= usedEveryMs) this.noteUse(keyId);
    const scopes = JSON.parse(found.scopes) as Scope[];
    return { accountId, keyId, plan, scopes, sandbox: found.sandbox === 1, weight: planTerms[plan].weight };
  }

  private noteUse(keyId: string): void {
    if (this.noting.has(keyId)) return;
    this.noting.add(keyId);
    void this.database
      .write((manager) => manager.update(ApiKey, { id: keyId }, { lastUsedAt: Date.now() }))
      // Nothing depends on it, so a full disk keeps nobody out.
      .catch(() => undefined)
      .finally(() => this.noting.delete(keyId));
  }

  private async accountFor(manager: EntityManager, { plan, email }: KeyRequest): Promise<string> {
    const id = newId('user');
    const address = email === undefined ? madeUpAddress(id) : normalised(email);
    const found = await manager.findOneBy(Account, { email: address });
    if (found === null) await manager.insert(Account, { id, email: address, plan, createdAt: Date.now() });
    else if (found.plan !== plan) await manager.update(Account, { id: found.id }, { plan });
    return found?.id ?? id;
  }
}

function normalised(email: string): string {
  const address = addressOf(email);
  if (address !== undefined) return address;
  throw new Failure('invalid-input', 'An email address looks like name@example.com.', { pointer: '/email' });
}

function invalidKey(): Failure {
  return new Failure('invalid-key', 'The API key is missing, unknown or revoked; send a valid one.');
}
