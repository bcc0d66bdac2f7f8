import { type Command, Option } from 'commander';
import { type Plan, plans } from '../server/accounts/plans.js';
import { withAccounts } from './accounts.js';
import { misused } from './command-error.js';
import { terminal } from './terminal.js';

interface Options {
  plan: Plan;
  credits: number;
  sandbox?: boolean;
  email?: string;
}

export function addKeysCreate(keys: Command): void {
  keys
    .command('create')
    .description('make a key; it is shown this once, alone on the last line')
    .addOption(new Option('--plan <plan>', 'the plan of the account').choices(plans).makeOptionMandatory())
    .requiredOption('--credits <n>', 'credits to give to the account', wholeNumber)
    .option('--sandbox', 'the key runs everything and costs nothing')
    .option('--email <email>', 'the account; left out, a new one with a made-up address')
    .action(async ({ sandbox = false, ...request }: Options) => {
      const created = await withAccounts((accounts) => accounts.createKey({ ...request, sandbox }));
      terminal.note(`Account ${created.accountId}, key ${created.keyId}:`);
      terminal.result(created.key);
    });
}

function wholeNumber(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw misused(`--credits takes a whole number from 0, not "${text}".`);
}
