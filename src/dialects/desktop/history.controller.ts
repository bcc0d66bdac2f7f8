import { Controller, Delete, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { History } from '../../server/history/history.service.js';
import { Caller, Local } from '../../server/http/callers.js';
import { Described } from './api.js';
import {
  deletedSchema,
  foundSchema,
  generationIdSchema,
  historyQuerySchema,
  listSchema,
  toGeneration,
} from './history.wire.js';
import { PictureLinks } from './links.js';

@Described('History')
@Controller('api/history')
export class HistoryController {
  constructor(
    @Inject(History) private readonly history: History,
    @Inject(PictureLinks) private readonly links: PictureLinks,
  ) {}

  @Get()
  @Local()
  @ApiOperation({ summary: 'Get all generation history, the newest first' })
  @ApiOkResponse({ standardSchema: listSchema })
  async list(
    @Caller() { accountId }: Principal,
    @Query({ schema: historyQuerySchema }) page: z.output<typeof historyQuerySchema>,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof listSchema>> {
    const { entries, total } = await this.history.list(accountId, page);
    const link = this.links.from(request, accountId);
    return { success: true, data: entries.map((entry) => toGeneration(entry, link)), total };
  }

  @Get(':id')
  @Local()
  @ApiOperation({ summary: 'Get a generation by its id' })
  @ApiOkResponse({ standardSchema: foundSchema })
  async get(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: generationIdSchema }) id: number,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof foundSchema>> {
    const entry = await this.history.get(accountId, id);
    return { success: true, data: toGeneration(entry, this.links.from(request, accountId)) };
  }

  @Delete(':id')
  @Local()
  @ApiOperation({ summary: 'Delete a generation from the history, with its picture' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async delete(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: generationIdSchema }) id: number,
  ): Promise<z.output<typeof deletedSchema>> {
    await this.history.delete(accountId, id);
    return { success: true, message: 'Generation deleted' };
  }
}
