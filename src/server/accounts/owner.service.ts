import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';
import { replaceFile } from '../database/replace-file.js';
import { Accounts } from './accounts.service.js';
import { scopes, type Principal } from './principal.js';

export const ownerEmail = 'owner@localhost';
/** of the key, and of the file that it is in */
export const ownerKeyName = 'owner.key';
const credits = 1e9;

/** Whoever runs this server: the account behind requests from the same machine that need no key, and behind the CLI. */
@Injectable()
export class Owner implements OnModuleInit {
  private known: Principal | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'home'>,
    @Inject(Accounts) private readonly accounts: Accounts,
  ) {}

  async onModuleInit(): Promise<void> {
    this.known = await this.ensure();
  }

  get principal(): Principal {
    if (this.known === undefined) throw new Error('The owner is known once the server has started.');
    return this.known;
  }

  /** Whether someone else has a key. */
  hasGuests(): Promise<boolean> {
    return this.accounts.hasKeyBeside(ownerKeyName);
  }

  /** Makes the account at the first start, and its key in `ATELIER_HOME/owner.key` where that is missing or revoked. */
  private async ensure(): Promise<Principal> {
    const file = path.join(this.config.home, ownerKeyName);
    const key = (await readFile(file, 'utf8').catch(() => '')).trim();
    const principal = await this.authenticate(key);
    if (principal !== null) return principal;

    const isNew = !(await this.revokeLost());
    const created = await this.accounts.createKey({
      plan: 'enterprise',
      credits: isNew ? credits : 0,
      sandbox: false,
      email: ownerEmail,
      scopes,
      name: ownerKeyName,
    });
    await replaceFile(file, `${created.key}\n`);
    return this.accounts.authenticate(created.key);
  }

  /** The owner behind a key; a key of anyone else was put there by mistake. */
  private async authenticate(key: string): Promise<Principal | null> {
    try {
      const principal = await this.accounts.authenticate(key);
      const { email: address } = await this.accounts.get(principal.accountId);
      return address === ownerEmail ? principal : null;
    } catch (error) {
      if (Failure.is(error) && error.code === 'invalid-key') return null;
      throw error;
    }
  }

  /** Whoever has the file that is gone shall not get in any more. Says whether the account exists. */
  private async revokeLost(): Promise<boolean> {
    const account = await this.accounts.findByEmail(ownerEmail);
    if (account === null) return false;
    for (const key of await this.accounts.listKeys(account.id)) {
      if (key.name === ownerKeyName) await this.accounts.revokeKey(account.id, key.id);
    }
    return true;
  }
}
