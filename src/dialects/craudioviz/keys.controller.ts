import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { z } from 'zod';
import { Keys } from '../../server/accounts/keys.service.js';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller } from '../../server/http/callers.js';
import { Described } from './api.js';
import {
  createKeySchema,
  type KeyBody,
  keyPageSchema,
  keySchema,
  newKeySchema,
  revokedSchema,
  rotatedKeySchema,
  rotateKeySchema,
  toKey,
} from './keys.wire.js';
import { hasMore, idSchema, pageSchema } from './wire.js';

@Described('Account')
@Controller('v1/keys')
export class KeysController {
  constructor(@Inject(Keys) private readonly keys: Keys) {}

  @Get()
  @ApiOperation({ summary: 'List your API keys, the newest first' })
  @ApiOkResponse({ standardSchema: keyPageSchema })
  async list(
    @Caller() { accountId }: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
  ): Promise<z.output<typeof keyPageSchema>> {
    const { keys, total } = await this.keys.list(accountId, page);
    return { keys: keys.map(toKey), total, has_more: hasMore(page, keys.length, total) };
  }

  @Post()
  @ApiOperation({ summary: 'Make an API key, which is shown this once' })
  @ApiCreatedResponse({ standardSchema: newKeySchema })
  async create(
    @Caller() caller: Principal,
    @Body({ schema: createKeySchema }) terms: z.output<typeof createKeySchema>,
  ): Promise<z.output<typeof newKeySchema>> {
    const { key, view } = await this.keys.create(caller, terms);
    return { ...toKey(view), key };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get what is known of an API key' })
  @ApiOkResponse({ standardSchema: keySchema })
  async get(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<KeyBody> {
    return toKey(await this.keys.get(accountId, id));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Put a new API key in the place of one, which may still work for a while' })
  @ApiOkResponse({ standardSchema: rotatedKeySchema })
  async rotate(
    @Caller() caller: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: rotateKeySchema }) { grace_seconds: grace }: z.output<typeof rotateKeySchema>,
  ): Promise<z.output<typeof rotatedKeySchema>> {
    const { key, view, previous } = await this.keys.rotate(caller, id, grace * 1000);
    return { ...toKey(view), key, previous: toKey(previous) };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke an API key; doing it twice changes nothing' })
  @ApiOkResponse({ standardSchema: revokedSchema })
  async revoke(
    @Caller() caller: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof revokedSchema>> {
    await this.keys.revoke(caller, id);
    return { revoked: true, id };
  }
}
