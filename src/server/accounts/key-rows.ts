import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { Failure } from '@atelier/sdk';
import { newId } from '../database/id.js';
import { ApiKey } from './api-key.entity.js';
import { hashOf, newKey, prefixOf } from './key.js';
import type { Scope } from './principal.js';

/** What a key is made with. */
export interface KeyTerms {
  /** what it is for */
  name: string;
  scopes: readonly Scope[];
  sandbox: boolean;
}

/** A key as its owner sees it. Times are ISO 8601. */
export interface KeyView {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  sandbox: boolean;
  createdAt: string;
  lastUsedAt: string | null;
  /** may lie ahead: a key that has been rotated can have a while left */
  revokedAt: string | null;
}

/** A key and, this once, its text; only the hash of that is kept. */
export interface NewKey {
  key: string;
  view: KeyView;
}

export async function insertKey(manager: EntityManager, accountId: string, terms: KeyTerms): Promise<NewKey> {
  const key = newKey(terms.sandbox);
  const row = {
    ...terms,
    id: newId('key'),
    accountId,
    scopes: [...terms.scopes],
    prefix: prefixOf(key),
    keyHash: hashOf(key),
    createdAt: Date.now(),
    lastUsedAt: null,
    revokedAt: null,
  } satisfies ApiKey;
  await manager.insert(ApiKey, row);
  return { key, view: viewOf(row) };
}

/** @throws Failure `not-found` for what is no key of the account */
export async function requireKey(manager: EntityManager, accountId: string, keyId: string): Promise<ApiKey> {
  const key = await manager.findOneBy(ApiKey, { id: keyId, accountId });
  if (key !== null) return key;
  throw new Failure('not-found', `There is no key ${keyId}.`, { kind: 'key' });
}

/** Ends a key at a time; one that ends before that keeps its end. */
export async function endKey(manager: EntityManager, { id, revokedAt }: ApiKey, at: number): Promise<void> {
  if (revokedAt === null || revokedAt > at) await manager.update(ApiKey, { id }, { revokedAt: at });
}

/** How many keys of the account let someone in. */
export function countWorking(manager: EntityManager, accountId: string): Promise<number> {
  return manager.count(ApiKey, {
    where: [
      { accountId, revokedAt: IsNull() },
      { accountId, revokedAt: MoreThan(Date.now()) },
    ],
  });
}

export function viewOf(key: ApiKey): KeyView {
  const { id, name, prefix, scopes, sandbox, createdAt, lastUsedAt, revokedAt } = key;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    id,
    name,
    prefix,
    scopes,
    sandbox,
    createdAt: iso(createdAt),
    lastUsedAt: lastUsedAt === null ? null : iso(lastUsedAt),
    revokedAt: revokedAt === null ? null : iso(revokedAt),
  };
}
