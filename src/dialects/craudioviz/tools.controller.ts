import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Json } from '@atelier/sdk';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller } from '../../server/http/callers.js';
import { repeatable } from '../../server/idempotency/repeatable.js';
import { Jobs } from '../../server/jobs/jobs.service.js';
import { Tools } from '../../server/tools/tools.service.js';
import { Described } from './api.js';
import { acceptedSchema, executeSchema, toAccepted } from './jobs.wire.js';
import { toTool, toolListSchema } from './tools.wire.js';
import { idSchema } from './wire.js';

@Described('Tools')
@Controller('v1/tools')
export class ToolsController {
  constructor(
    @Inject(Tools) private readonly tools: Tools,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List available tools' })
  @ApiOkResponse({ standardSchema: toolListSchema })
  async list(@Caller() { accountId }: Principal): Promise<z.output<typeof toolListSchema>> {
    const tools = await this.tools.list(accountId);
    return { tools: tools.map(toTool) };
  }

  @Post(':id/execute')
  @HttpCode(202)
  @ApiOperation({ summary: 'Use a tool' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Sent again within 24 hours, it gives the same job',
  })
  @ApiAcceptedResponse({ standardSchema: acceptedSchema })
  async execute(
    @Caller() { accountId, sandbox, weight }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: executeSchema }) body: z.output<typeof executeSchema>,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof acceptedSchema>> {
    const { inputs, outputs, project_id: projectId } = body;
    await this.tools.get(accountId, id);
    const job = await this.jobs.submit(
      { accountId, sandbox, weight, pipeline: id, inputs, outputs, projectId: projectId ?? undefined },
      repeatable(request, accountId, body as Json),
    );
    return toAccepted(job);
  }
}
