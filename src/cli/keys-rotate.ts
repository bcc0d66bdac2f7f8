import type { Command } from 'commander';
import { Account } from '../server/accounts/account.entity.js';
import { ApiKey } from '../server/accounts/api-key.entity.js';
import { Keys } from '../server/accounts/keys.service.js';
import { scopes } from '../server/accounts/principal.js';
import { withAccounts } from './accounts.js';
import { CommandError, misused } from './command-error.js';
import { terminal } from './terminal.js';

export function addKeysRotate(keys: Command): void {
  keys
    .command('rotate')
    .description('put a new key in the place of one; it is shown this once, alone on the last line')
    .argument('<id>', 'as `keys list` shows it')
    .option('--grace-hours <n>', 'how long the old key still works', hours, 0)
    .action(async (id: string, { graceHours }: { graceHours: number }) => {
      const { key, view, previous } = await withAccounts(async (_, database) => {
        const found = await database.read.findOneBy(ApiKey, { id });
        const account = found && (await database.read.findOneBy(Account, { id: found.accountId }));
        if (account === null)
          throw new CommandError(`There is no key ${id}; "atelier keys list" shows those that there are.`);
        const administrator = { accountId: account.id, scopes, sandbox: false };
        return new Keys(database).rotate(administrator, id, graceHours * 3_600_000);
      });
      const end = graceHours === 0 ? 'no longer works' : `works until ${previous.revokedAt}`;
      terminal.note(`Key ${view.id} takes the place of ${id}, which ${end}:`);
      terminal.result(key);
    });
}

function hours(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 168) return Number(text);
  throw misused(`--grace-hours takes a whole number from 0 to 168, not "${text}".`);
}
