import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller } from '../../server/http/callers.js';
import { DeliveryLog } from '../../server/webhooks/delivery-log.js';
import { Described } from './api.js';
import {
  deliveryDetailsSchema,
  deliveryListQuerySchema,
  deliveryPageSchema,
  sendingSchema,
  toDelivery,
  toDeliveryDetails,
} from './deliveries.wire.js';
import { hasMore, idSchema } from './wire.js';

@Described('Webhooks')
@Controller('v1/webhooks/:webhook/deliveries')
export class DeliveriesController {
  constructor(@Inject(DeliveryLog) private readonly log: DeliveryLog) {}

  @Get()
  @ApiOperation({ summary: 'List what a webhook was sent in 30 days, the newest first' })
  @ApiOkResponse({ standardSchema: deliveryPageSchema })
  async list(
    @Caller() { accountId }: Principal,
    @Param('webhook', { schema: idSchema }) webhook: string,
    @Query({ schema: deliveryListQuerySchema }) page: z.output<typeof deliveryListQuerySchema>,
  ): Promise<z.output<typeof deliveryPageSchema>> {
    const { deliveries, total } = await this.log.list(accountId, webhook, page);
    return {
      deliveries: deliveries.map(toDelivery),
      total,
      has_more: hasMore(page, deliveries.length, total),
    };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a delivery with its payload and every try' })
  @ApiOkResponse({ standardSchema: deliveryDetailsSchema })
  async get(
    @Caller() { accountId }: Principal,
    @Param('webhook', { schema: idSchema }) webhook: string,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof deliveryDetailsSchema>> {
    return toDeliveryDetails(await this.log.get(accountId, webhook, id));
  }

  @Post(':id/replay')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send the same event once more, under the same id' })
  @ApiAcceptedResponse({ standardSchema: sendingSchema })
  async replay(
    @Caller() { accountId }: Principal,
    @Param('webhook', { schema: idSchema }) webhook: string,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof sendingSchema>> {
    return { delivery_id: await this.log.replay(accountId, webhook, id) };
  }
}
