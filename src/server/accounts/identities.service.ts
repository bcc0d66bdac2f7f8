import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { newId } from '../database/id.js';
import { Account } from './account.entity.js';
import { addressOf, madeUpAddress } from './email.js';
import { Identity } from './identity.entity.js';
import { ownerEmail } from './owner.service.js';
import type { Plan } from './plans.js';

/** Someone for whom an issuer of tokens answers. */
export interface Stranger {
  /** empty where the token names none */
  issuer: string;
  subject: string;
  /** which the issuer has checked */
  email?: string;
  /** of an account that is made now */
  plan: Plan;
}

/** The accounts of those who come with a token instead of a key. */
@Injectable()
export class Identities {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The account of someone; at first sight that with the address, or else a new one. */
  async accountOf(stranger: Stranger): Promise<Account> {
    const known = await find(this.database.read, stranger);
    if (known !== null) return known;
    return this.database.write(async (manager) => {
      // Of several first requests at a time, one has made it meanwhile.
      const account = (await find(manager, stranger)) ?? (await accountFor(manager, stranger));
      const { issuer, subject } = stranger;
      const identity = { issuer, subject, accountId: account.id, createdAt: Date.now() };
      await manager.upsert(Identity, identity, ['issuer', 'subject']);
      return account;
    });
  }
}

async function find(manager: EntityManager, { issuer, subject }: Stranger): Promise<Account | null> {
  const identity = await manager.findOneBy(Identity, { issuer, subject });
  return identity && manager.findOneBy(Account, { id: identity.accountId });
}

async function accountFor(manager: EntityManager, { email = '', plan }: Stranger): Promise<Account> {
  const id = newId('user');
  const named = addressOf(email);
  // The owner's is no address of anyone; who claims it would rule the server.
  const address = named === undefined || named === ownerEmail ? madeUpAddress(id) : named;
  const found = await manager.findOneBy(Account, { email: address });
  if (found !== null) return found;
  const account = { id, email: address, plan, createdAt: Date.now() };
  await manager.insert(Account, account);
  return account;
}
