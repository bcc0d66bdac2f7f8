import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { register } from 'prom-client';
import { Callers, Open } from './callers.js';
import { isFromHere } from './origin.js';

@ApiTags('Service')
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(Callers) private readonly callers: Callers) {}

  @Get()
  @Open()
  @Header('Content-Type', register.contentType)
  @ApiOperation({ summary: 'Figures for Prometheus; from another machine it needs a key' })
  async metrics(@Req() request: FastifyRequest): Promise<string> {
    if (!isFromHere(request)) await this.callers.identify(request.headers, 'read');
    return register.metrics();
  }
}
