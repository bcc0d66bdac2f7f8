import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Failure } from '@atelier/sdk';
import type { z } from 'zod';
import { createSuggest } from '../../engine/suggest.js';
import { Models } from '../../server/models/models.service.js';
import { Described } from './api.js';
import { modelListSchema, modelSchema, toModel, toModelSummary } from './models.wire.js';
import { idSchema } from './wire.js';

@Described('Models')
@Controller('v1/models')
export class ModelsController {
  constructor(@Inject(Models) private readonly models: Models) {}

  @Get()
  @ApiOperation({ summary: 'List the installed models' })
  @ApiOkResponse({ standardSchema: modelListSchema })
  async list(): Promise<z.output<typeof modelListSchema>> {
    await this.models.refresh();
    return { models: this.models.list().map(toModelSummary) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a model' })
  @ApiOkResponse({ standardSchema: modelSchema })
  async get(@Param('id', { schema: idSchema }) id: string): Promise<z.output<typeof modelSchema>> {
    await this.models.refresh();
    const models = this.models.list();
    const model = models.find((each) => each.id === id);
    if (model !== undefined) return toModel(model);
    const ids = models.map((each) => each.id);
    const message = `There is no model “${id.slice(0, 64)}”${createSuggest()(id, ids)}`;
    throw new Failure('not-found', message, { kind: 'model' });
  }
}
