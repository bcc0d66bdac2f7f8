import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { z } from 'zod';
import { Accounts } from '../../server/accounts/accounts.service.js';
import type { Principal } from '../../server/accounts/principal.js';
import { Credits } from '../../server/credits/credits.service.js';
import { Caller } from '../../server/http/callers.js';
import { Described } from './api.js';
import { profileSchema } from './keys.wire.js';

@Described('Account')
@Controller('v1/user')
export class UserController {
  constructor(
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(Credits) private readonly credits: Credits,
  ) {}

  @Get('profile')
  @ApiOperation({ summary: 'Who you are, your plan and your credits' })
  @ApiOkResponse({ standardSchema: profileSchema })
  async profile(@Caller() { accountId }: Principal): Promise<z.output<typeof profileSchema>> {
    const { id, email, plan } = await this.accounts.get(accountId);
    const { available } = await this.credits.balance(accountId);
    return { id, email, plan, credits: available };
  }
}
