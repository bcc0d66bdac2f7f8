import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Open } from '../../server/http/callers.js';
import { sendFile } from '../../server/http/send-file.js';
import { Styles } from '../../server/styles/styles.service.js';
import { Described } from './api.js';
import { styleListSchema, styleSchema, toStyle, toStyleSummary } from './styles.wire.js';
import { idSchema } from './wire.js';

@Described('Styles')
@Controller('v1/styles')
export class StylesController {
  constructor(@Inject(Styles) private readonly styles: Styles) {}

  @Get()
  @ApiOperation({ summary: 'List the styles' })
  @ApiOkResponse({ standardSchema: styleListSchema })
  async list(@Req() request: FastifyRequest): Promise<z.output<typeof styleListSchema>> {
    const styles = await this.styles.list();
    return { styles: styles.map((style) => toStyleSummary(style, originOf(request))) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a style' })
  @ApiOkResponse({ standardSchema: styleSchema })
  async get(
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof styleSchema>> {
    return toStyle(await this.styles.get(id), originOf(request));
  }

  @Get(':id/preview.jpg')
  @Open()
  @ApiOperation({ summary: 'A picture in the style' })
  @ApiProduces('image/jpeg')
  @ApiOkResponse({ description: 'The picture, or the range of its bytes that was asked for' })
  async preview(
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendFile(request, reply, await this.styles.openPreview(id));
  }
}

function originOf({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host}`;
}
