import { Controller, Delete, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller } from '../../server/http/callers.js';
import { Items } from '../../server/items/items.service.js';
import { Described } from './api.js';
import { deletedSchema } from './files.wire.js';
import { type ItemBody, itemPageSchema, itemSchema, toItem } from './items.wire.js';
import { Links } from './links.js';
import { hasMore, idSchema, type Page, pageSchema } from './wire.js';

/** The results of jobs: in their project, or by their id alone, for a job may have had no project. */
@Described('Projects')
@Controller('v1')
export class ItemsController {
  constructor(
    @Inject(Items) private readonly items: Items,
    @Inject(Links) private readonly links: Links,
  ) {}

  @Get('projects/:id/items')
  @ApiOperation({ summary: 'List the items of a project, the newest first' })
  @ApiOkResponse({ standardSchema: itemPageSchema })
  async list(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) projectId: string,
    @Query({ schema: pageSchema }) page: Page,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof itemPageSchema>> {
    const { items, total } = await this.items.list(accountId, projectId, page);
    const link = this.links.from(request);
    return {
      items: items.map((item) => toItem(item, link)),
      total,
      has_more: hasMore(page, items.length, total),
    };
  }

  @Get('projects/:id/items/:itemId')
  @ApiOperation({ summary: 'Get an item of a project' })
  @ApiOkResponse({ standardSchema: itemSchema })
  async getOfProject(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) projectId: string,
    @Param('itemId', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<ItemBody> {
    return toItem(await this.items.get({ accountId, projectId, id }), this.links.from(request));
  }

  @Delete('projects/:id/items/:itemId')
  @ApiOperation({ summary: 'Delete an item of a project, with its files' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async deleteOfProject(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) projectId: string,
    @Param('itemId', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof deletedSchema>> {
    await this.items.delete({ accountId, projectId, id });
    return { deleted: true, id };
  }

  @Get('items/:id')
  @ApiOperation({ summary: 'Get an item' })
  @ApiOkResponse({ standardSchema: itemSchema })
  async get(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<ItemBody> {
    return toItem(await this.items.get({ accountId, id }), this.links.from(request));
  }

  @Delete('items/:id')
  @ApiOperation({ summary: 'Delete an item with its files' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async delete(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof deletedSchema>> {
    await this.items.delete({ accountId, id });
    return { deleted: true, id };
  }
}
