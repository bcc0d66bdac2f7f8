import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { Accounts } from './accounts.service.js';
import { Owner } from './owner.service.js';

@Module({ imports: [CreditsModule], providers: [Accounts, Owner], exports: [Accounts, Owner] })
export class AccountsModule {}
