import type { Command } from 'commander';
import { ApiKey } from '../server/accounts/api-key.entity.js';
import { withAccounts } from './accounts.js';
import { CommandError } from './command-error.js';
import { terminal } from './terminal.js';

export function addKeysRevoke(keys: Command): void {
  keys
    .command('revoke')
    .description('make a key useless')
    .argument('<id>', 'as `keys list` shows it')
    .action(async (id: string) => {
      await withAccounts(async (accounts, database) => {
        const key = await database.read.findOneBy(ApiKey, { id });
        if (key === null)
          throw new CommandError(`There is no key ${id}; "atelier keys list" shows those that there are.`);
        await accounts.revokeKey(key.accountId, id);
      });
      terminal.result(`The key ${id} is revoked.`);
    });
}
