import type { Command } from 'commander';
import { Account } from '../server/accounts/account.entity.js';
import type { KeyView } from '../server/accounts/key-rows.js';
import { withAccounts } from './accounts.js';
import { terminal } from './terminal.js';

export function addKeysList(keys: Command): void {
  keys
    .command('list')
    .description('list the keys of all accounts')
    .action(async () => {
      const lines = await withAccounts(async (accounts, database) => {
        const owners = await database.read.find(Account, { order: { createdAt: 'ASC', id: 'ASC' } });
        const lists = owners.map(async ({ id, email, plan }) =>
          (await accounts.listKeys(id)).map((key) => {
            const state = hasEnded(key) ? 'revoked' : key.sandbox ? 'sandbox' : 'live';
            return `${key.id}  ${key.prefix}…  ${state}  ${plan}  ${email}`;
          }),
        );
        return (await Promise.all(lists)).flat();
      });
      for (const line of lines) terminal.result(line);
    });
}

/** A key that was rotated works until its time is over. */
function hasEnded({ revokedAt }: KeyView): boolean {
  return revokedAt !== null && Date.parse(revokedAt) <= Date.now();
}
