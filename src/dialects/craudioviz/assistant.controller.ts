import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Assistant, type Message } from '../../server/assistant/assistant.service.js';
import { Chats } from '../../server/assistant/chats.service.js';
import { Caller } from '../../server/http/callers.js';
import { departure } from '../../server/http/departure.js';
import { Lifecycle } from '../../server/http/lifecycle.js';
import { Described } from './api.js';
import {
  chatPageSchema,
  chatSchema,
  historyQuerySchema,
  historySchema,
  replySchema,
  toChat,
  toMessage,
  toReply,
} from './assistant.wire.js';
import { deletedSchema } from './files.wire.js';
import { Links } from './links.js';
import { hasMore, idSchema, pageSchema } from './wire.js';

type ChatBody = z.output<typeof chatSchema>;

@Described('AI Assistant')
@Controller('v1/ai/chat')
export class AssistantController {
  constructor(
    @Inject(Assistant) private readonly assistant: Assistant,
    @Inject(Chats) private readonly chats: Chats,
    @Inject(Links) private readonly links: Links,
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Begin a chat with the assistant' })
  @ApiOkResponse({ standardSchema: replySchema })
  async begin(
    @Caller() caller: Principal,
    @Body({ schema: chatSchema }) body: ChatBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof replySchema>> {
    return toReply(await this.assistant.open(this.message(caller, body, request, reply)));
  }

  @Post(':id/message')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go on with a chat' })
  @ApiOkResponse({ standardSchema: replySchema })
  async goOn(
    @Caller() caller: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: chatSchema }) body: ChatBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof replySchema>> {
    return toReply(await this.assistant.go(id, this.message(caller, body, request, reply)));
  }

  @Get(':id/history')
  @ApiOperation({ summary: 'Read a chat' })
  @ApiOkResponse({ standardSchema: historySchema })
  async history(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Query({ schema: historyQuerySchema }) query: z.output<typeof historyQuerySchema>,
  ): Promise<z.output<typeof historySchema>> {
    const { messages, total } = await this.chats.history(accountId, id, query);
    return {
      chat_id: id,
      messages: messages.map(toMessage),
      total,
      has_more: hasMore(query, messages.length, total),
    };
  }

  @Get()
  @ApiOperation({ summary: 'List chats, the last one that was used first' })
  @ApiOkResponse({ standardSchema: chatPageSchema })
  async list(
    @Caller() { accountId }: Principal,
    @Query({ schema: pageSchema }) page: z.output<typeof pageSchema>,
  ): Promise<z.output<typeof chatPageSchema>> {
    const { chats, total } = await this.chats.list(accountId, page);
    return { chats: chats.map(toChat), total, has_more: hasMore(page, chats.length, total) };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a chat; its jobs and their results stay' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async delete(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof deletedSchema>> {
    await this.chats.delete(accountId, id);
    return { deleted: true, id };
  }

  private message(caller: Principal, body: ChatBody, request: FastifyRequest, reply: FastifyReply): Message {
    return {
      caller,
      text: body.message,
      projectId: body.context?.project_id,
      link: this.links.from(request),
      signal: departure(reply, this.lifecycle.stopping),
    };
  }
}
