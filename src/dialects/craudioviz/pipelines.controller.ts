import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller } from '../../server/http/callers.js';
import { Pipelines } from '../../server/pipelines/pipelines.service.js';
import { Described } from './api.js';
import { deletedSchema } from './files.wire.js';
import {
  documentSchema,
  type PipelineBody,
  pipelineBodySchema,
  pipelineListSchema,
  toPipeline,
  toPipelineSummary,
  validationSchema,
} from './pipelines.wire.js';
import { idSchema } from './wire.js';

type Document = z.output<typeof documentSchema>;

@Described('Pipelines')
@Controller('v1/pipelines')
export class PipelinesController {
  constructor(@Inject(Pipelines) private readonly pipelines: Pipelines) {}

  @Get()
  @ApiOperation({ summary: 'List your own pipelines and the shipped ones' })
  @ApiOkResponse({ standardSchema: pipelineListSchema })
  async list(@Caller() { accountId }: Principal): Promise<z.output<typeof pipelineListSchema>> {
    const records = await this.pipelines.list(accountId);
    return { pipelines: records.map(toPipelineSummary) };
  }

  @Post()
  @ApiOperation({ summary: 'Store a pipeline under its id' })
  @ApiCreatedResponse({ standardSchema: pipelineBodySchema })
  async create(
    @Caller() { accountId }: Principal,
    @Body({ schema: documentSchema }) document: Document,
  ): Promise<PipelineBody> {
    return toPipeline(await this.pipelines.create(accountId, document));
  }

  @Post('validate')
  @HttpCode(200)
  @ApiOperation({ summary: 'List everything that is wrong with a pipeline' })
  @ApiOkResponse({ standardSchema: validationSchema })
  async validate(
    @Caller() { accountId }: Principal,
    @Body({ schema: documentSchema }) document: Document,
  ): Promise<z.output<typeof validationSchema>> {
    const problems = await this.pipelines.validate(accountId, document);
    return { valid: problems.length === 0, problems };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a pipeline' })
  @ApiOkResponse({ standardSchema: pipelineBodySchema })
  async get(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<PipelineBody> {
    return toPipeline(await this.pipelines.get(accountId, id));
  }

  @Get(':id/export')
  @Header('Content-Disposition', 'attachment; filename="pipeline.json"')
  @ApiOperation({ summary: 'Download a pipeline as the file that it is' })
  @ApiOkResponse({ standardSchema: documentSchema })
  async export(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<string> {
    const { document } = await this.pipelines.get(accountId, id);
    return `${JSON.stringify(document, null, 2)}\n`;
  }

  @Put(':id')
  @ApiOperation({ summary: 'Replace one of your pipelines' })
  @ApiOkResponse({ standardSchema: pipelineBodySchema })
  async update(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: documentSchema }) document: Document,
  ): Promise<PipelineBody> {
    return toPipeline(await this.pipelines.update(accountId, id, document));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete one of your pipelines' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async delete(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof deletedSchema>> {
    await this.pipelines.delete(accountId, id);
    return { deleted: true, id };
  }
}
