import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller } from '../../server/http/callers.js';
import { Webhooks } from '../../server/webhooks/webhooks.service.js';
import { Described } from './api.js';
import { sendingSchema } from './deliveries.wire.js';
import { deletedSchema } from './files.wire.js';
import {
  changeWebhookSchema,
  createWebhookSchema,
  rotateSecretSchema,
  toWebhook,
  toWebhookWithSecret,
  type WebhookBody,
  webhookPageSchema,
  webhookSchema,
  webhookWithSecretSchema,
} from './webhooks.wire.js';
import { hasMore, idSchema, pageSchema } from './wire.js';

@Described('Webhooks')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(@Inject(Webhooks) private readonly webhooks: Webhooks) {}

  @Post()
  @ApiOperation({ summary: 'Configure a webhook; its secret is shown this once' })
  @ApiCreatedResponse({ standardSchema: webhookWithSecretSchema })
  async create(
    @Caller() { accountId }: Principal,
    @Body({ schema: createWebhookSchema }) body: z.output<typeof createWebhookSchema>,
  ): Promise<z.output<typeof webhookWithSecretSchema>> {
    return toWebhookWithSecret(await this.webhooks.create(accountId, body));
  }

  @Get()
  @ApiOperation({ summary: 'List webhooks, the newest first' })
  @ApiOkResponse({ standardSchema: webhookPageSchema })
  async list(
    @Caller() { accountId }: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
  ): Promise<z.output<typeof webhookPageSchema>> {
    const { webhooks, total } = await this.webhooks.list(accountId, page);
    return { webhooks: webhooks.map(toWebhook), total, has_more: hasMore(page, webhooks.length, total) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a webhook' })
  @ApiOkResponse({ standardSchema: webhookSchema })
  async get(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<WebhookBody> {
    return toWebhook(await this.webhooks.get(accountId, id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a webhook; what is left out stays' })
  @ApiOkResponse({ standardSchema: webhookSchema })
  async change(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: changeWebhookSchema }) body: z.output<typeof changeWebhookSchema>,
  ): Promise<WebhookBody> {
    return toWebhook(await this.webhooks.change(accountId, id, body));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a webhook, with what it has not been told yet' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async delete(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof deletedSchema>> {
    await this.webhooks.delete(accountId, id);
    return { deleted: true, id };
  }

  @Post(':id/secret')
  @HttpCode(200)
  @ApiOperation({ summary: 'Change the secret; the one before signs as well for 24 hours' })
  @ApiOkResponse({ standardSchema: webhookWithSecretSchema })
  async rotateSecret(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: rotateSecretSchema }) body: z.output<typeof rotateSecretSchema>,
  ): Promise<z.output<typeof webhookWithSecretSchema>> {
    return toWebhookWithSecret(await this.webhooks.rotateSecret(accountId, id, body?.secret));
  }

  @Post(':id/test')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send a `webhook.test` event, once' })
  @ApiAcceptedResponse({ standardSchema: sendingSchema })
  async test(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof sendingSchema>> {
    return { delivery_id: await this.webhooks.test(accountId, id) };
  }
}
