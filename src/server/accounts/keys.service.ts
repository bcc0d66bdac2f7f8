import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '@atelier/sdk';
import { Database } from '../database/database.js';
import { ApiKey } from './api-key.entity.js';
import { countWorking, endKey, insertKey, type KeyTerms, type KeyView } from './key-rows.js';
import { type NewKey, requireKey, viewOf } from './key-rows.js';
import { ownerKeyName } from './owner.service.js';
import type { Principal } from './principal.js';

/** Keys of one account that work at a time. */
const keyLimit = 100;

/** Whoever changes keys: an account with the rights of the key it uses, or an administrator with all. */
export type KeyHolder = Pick<Principal, 'accountId' | 'scopes' | 'sandbox'>;

/**
 * What an account does with its keys. A key makes, rotates and revokes only such as may do no more than itself, so that
 * whoever finds one gains nothing by it.
 */
@Injectable()
export class Keys {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Newest first, the revoked ones included. */
  async list(
    accountId: string,
    page: { limit: number; offset: number },
  ): Promise<{ keys: KeyView[]; total: number }> {
    const [keys, total] = await this.database.read.findAndCount(ApiKey, {
      where: { accountId },
      order: { id: 'DESC' },
      take: page.limit,
      skip: page.offset,
    });
    return { keys: keys.map(viewOf), total };
  }

  /** @throws Failure `not-found` */
  async get(accountId: string, keyId: string): Promise<KeyView> {
    return viewOf(await requireKey(this.database.read, accountId, keyId));
  }

  /** @throws Failure `forbidden` for one that may do more than the holder, `conflict` when there are too many */
  create(holder: KeyHolder, terms: KeyTerms): Promise<NewKey> {
    return this.database.write(async (manager) => {
      refuseMore(holder, terms);
      await this.refuseTooMany(manager, holder.accountId);
      return insertKey(manager, holder.accountId, terms);
    });
  }

  /** The key is refused from the moment this resolves. Again changes nothing. @throws Failure `not-found`, `forbidden` */
  revoke(holder: KeyHolder, keyId: string): Promise<void> {
    return this.database.write(async (manager) => {
      const key = await requireKey(manager, holder.accountId, keyId);
      refuseMore(holder, key);
      await endKey(manager, key, Date.now());
    });
  }

  /**
   * Puts a new key of the same name and rights in the place of one, which is refused once `graceMs` have passed.
   * @throws Failure `not-found`, `forbidden`, `conflict` for one that ends already or is the owner's own
   */
  rotate(holder: KeyHolder, keyId: string, graceMs: number): Promise<NewKey & { previous: KeyView }> {
    return this.database.write(async (manager) => {
      const key = await requireKey(manager, holder.accountId, keyId);
      refuseMore(holder, key);
      refuseRotation(key);
      await this.refuseTooMany(manager, holder.accountId);
      const { name, scopes, sandbox } = key;
      const made = await insertKey(manager, holder.accountId, { name, scopes, sandbox });
      await endKey(manager, key, Date.now() + graceMs);
      return { ...made, previous: viewOf(await requireKey(manager, holder.accountId, keyId)) };
    });
  }

  private async refuseTooMany(manager: EntityManager, accountId: string): Promise<void> {
    if ((await countWorking(manager, accountId)) < keyLimit) return;
    throw new Failure(
      'conflict',
      `An account has ${keyLimit} keys at most that work; revoke one that you do not need.`,
    );
  }
}

function refuseMore(holder: KeyHolder, { scopes, sandbox }: Omit<KeyTerms, 'name'>): void {
  if (holder.sandbox && !sandbox) {
    throw new Failure('forbidden', 'A sandbox key takes care of sandbox keys only; use a live key.');
  }
  const missing = scopes.find((scope) => !holder.scopes.includes(scope));
  if (missing === undefined) return;
  throw new Failure(
    'forbidden',
    `That key may do more than yours: it has the scope "${missing}". Use a key with that scope.`,
    { scope: missing },
  );
}

function refuseRotation({ id, name, revokedAt }: ApiKey): void {
  if (revokedAt !== null)
    throw new Failure('conflict', `The key ${id} is revoked or has been rotated already; make a new one.`);
  if (name !== ownerKeyName) return;
  throw new Failure(
    'conflict',
    `The key ${id} is the one in the file ${ownerKeyName}; revoke it and start the server again, which writes a new one.`,
  );
}
