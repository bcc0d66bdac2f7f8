import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Open } from './callers.js';
import { Lifecycle } from './lifecycle.js';
import { version } from './version.js';

export const healthSchema = z.object({
  status: z.enum(['ok', 'starting', 'stopping']),
  version: z.string(),
});

@ApiTags('Service')
@Controller('health')
export class HealthController {
  constructor(@Inject(Lifecycle) private readonly lifecycle: Lifecycle) {}

  @Get()
  @Open()
  @ApiOperation({
    summary: 'Whether the server takes requests',
    description: 'The ports of flux-krea and visualizr answer as the documents of those two say.',
  })
  @ApiOkResponse({ standardSchema: healthSchema })
  @ApiServiceUnavailableResponse({ description: 'It is starting or stopping', standardSchema: healthSchema })
  health(@Res({ passthrough: true }) reply: FastifyReply): z.output<typeof healthSchema> {
    const { state } = this.lifecycle;
    reply.status(state === 'ok' ? 200 : 503);
    return { status: state, version };
  }
}
