import { Body, Controller, Get, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Workers } from '../../server/devices/workers.js';
import { Caller, Local } from '../../server/http/callers.js';
import { departure } from '../../server/http/departure.js';
import { Lifecycle } from '../../server/http/lifecycle.js';
import { OnListener } from '../../server/http/listeners.js';
import { Models } from '../../server/models/models.service.js';
import { Described } from './api.js';
import { Generations } from './generations.js';
import {
  apiVersion,
  generatedSchema,
  generateSchema,
  type GenerateRequest,
  type healthSchema,
  modelsSchema,
  seconds,
} from './wire.js';

const makesPictures = { capabilities: ['text-to-image'] };

@Described()
@Controller()
export class FluxKreaController {
  constructor(
    @Inject(Generations) private readonly generations: Generations,
    @Inject(Models) private readonly models: Models,
    @Inject(Workers) private readonly workers: Workers,
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
  ) {}

  // The description of the API has room for one answer of a path, and this one is not that of the main listener.
  @Get('health')
  @OnListener('flux-krea')
  @Local()
  @ApiExcludeEndpoint()
  async health(@Res({ passthrough: true }) reply: FastifyReply): Promise<z.output<typeof healthSchema>> {
    await this.models.refresh();
    const model = this.models.bestFor(makesPictures);
    const isUp = this.lifecycle.state === 'ok';
    void reply.status(isUp ? 200 : 503);
    return {
      status: isUp && model !== undefined ? 'healthy' : 'unhealthy',
      model: model?.id ?? '',
      device: this.workers.devices.some(({ kind }) => kind === 'cuda') ? 'cuda' : 'cpu',
      version: apiVersion,
    };
  }

  @Post('generate')
  @HttpCode(200)
  @Local()
  @ApiOperation({ summary: 'Generate an image from a text prompt; closing the connection cancels it' })
  @ApiOkResponse({ standardSchema: generatedSchema })
  async generate(
    @Caller() caller: Principal,
    @Body({ schema: generateSchema }) request: GenerateRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof generatedSchema>> {
    const gone = departure(reply, this.lifecycle.stopping);
    const image = await this.generations.make(caller, request, gone);
    return { success: true, image, duration: seconds(reply.elapsedTime) };
  }

  @Get('models')
  @Local()
  @ApiOperation({ summary: 'List the installed models that make pictures from text' })
  @ApiOkResponse({ standardSchema: modelsSchema })
  async list(): Promise<z.output<typeof modelsSchema>> {
    await this.models.refresh();
    const able = this.models.list().filter(({ capabilities }) => capabilities.includes('text-to-image'));
    return { models: able.map(({ id }) => id) };
  }
}
