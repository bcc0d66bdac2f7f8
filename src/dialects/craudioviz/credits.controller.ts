import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Credits } from '../../server/credits/credits.service.js';
import { Caller } from '../../server/http/callers.js';
import { repeatable } from '../../server/idempotency/repeatable.js';
import { Purchases } from '../../server/purchases/purchases.service.js';
import { Described } from './api.js';
import {
  balanceSchema,
  purchasedSchema,
  purchaseSchema,
  toBalance,
  toPurchased,
  toTransaction,
  transactionPageSchema,
} from './credits.wire.js';
import { hasMore, type Page, pageSchema } from './wire.js';

@Described('Credits')
@Controller('v1/credits')
export class CreditsController {
  constructor(
    @Inject(Credits) private readonly credits: Credits,
    @Inject(Purchases) private readonly purchases: Purchases,
  ) {}

  @Get('balance')
  @ApiOperation({ summary: 'Check balance' })
  @ApiOkResponse({ standardSchema: balanceSchema })
  async balance(@Caller() { accountId, plan }: Principal): Promise<z.output<typeof balanceSchema>> {
    const { available } = await this.credits.balance(accountId);
    return toBalance(available, plan);
  }

  @Post('purchase')
  @HttpCode(200)
  @ApiOperation({ summary: 'Purchase credits' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Sent again within 24 hours, it gives the same purchase and charges nobody twice',
  })
  @ApiOkResponse({ standardSchema: purchasedSchema })
  async purchase(
    @Caller() { accountId, sandbox }: Principal,
    @Body({ schema: purchaseSchema }) body: z.output<typeof purchaseSchema>,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof purchasedSchema>> {
    const { amount: credits, payment_method: paymentMethod } = body;
    const purchase = await this.purchases.buy(
      { accountId, sandbox, credits, paymentMethod },
      // A trial with a sandbox key must not pass for the purchase itself.
      repeatable(request, accountId, { ...body, sandbox }),
    );
    return toPurchased(purchase);
  }

  @Get('transactions')
  @ApiOperation({ summary: 'Transaction history, the newest first' })
  @ApiOkResponse({ standardSchema: transactionPageSchema })
  async transactions(
    @Caller() { accountId }: Principal,
    @Query({ schema: pageSchema }) page: Page,
  ): Promise<z.output<typeof transactionPageSchema>> {
    const { transactions, total } = await this.credits.history(accountId, page);
    return {
      transactions: transactions.map(toTransaction),
      total,
      has_more: hasMore(page, transactions.length, total),
    };
  }
}
