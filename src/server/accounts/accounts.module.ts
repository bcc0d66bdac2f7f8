import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { Accounts } from './accounts.service.js';
import { Identities } from './identities.service.js';
import { Keys } from './keys.service.js';
import { Owner } from './owner.service.js';
import { Tokens } from './tokens.service.js';

@Module({
  imports: [CreditsModule],
  providers: [Accounts, Identities, Keys, Owner, Tokens],
  exports: [Accounts, Keys, Owner, Tokens],
})
export class AccountsModule {}
