import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import type { Json } from '@atelier/sdk';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller, Callers, Open } from '../../server/http/callers.js';
import { sendFile } from '../../server/http/send-file.js';
import { repeatable } from '../../server/idempotency/repeatable.js';
import { Described } from './api.js';
import {
  generateSchema,
  type GenerateRequest,
  type GenerationBody,
  generationSchema,
  type Link,
  type StatusBody,
  statusSchema,
  toGeneration,
  toStatus,
} from './generate.wire.js';
import { Generations } from './generations.js';
import { PictureLinks } from './links.js';
import { idSchema, signatureSchema } from './wire.js';

@Described('Generation')
@Controller('v1/generate')
export class GenerateController {
  constructor(
    @Inject(Generations) private readonly generations: Generations,
    @Inject(PictureLinks) private readonly links: PictureLinks,
    @Inject(Callers) private readonly callers: Callers,
  ) {}

  @Post('image')
  @HttpCode(202)
  @ApiOperation({ summary: 'Make a picture of a scene' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Sent again within 24 hours, it gives the same generation',
  })
  @ApiAcceptedResponse({ standardSchema: generationSchema })
  async create(
    @Caller() caller: Principal,
    @Body({ schema: generateSchema }) body: GenerateRequest,
    @Req() request: FastifyRequest,
  ): Promise<GenerationBody> {
    const again = repeatable(request, caller.accountId, request.body as Json);
    const job = await this.generations.submit(caller, body, again);
    return toGeneration(job, this.link(request, caller));
  }

  @Get('status/:id')
  @ApiOperation({ summary: 'Get how far a generation is' })
  @ApiOkResponse({ standardSchema: statusSchema })
  async status(
    @Caller() caller: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<StatusBody> {
    return toStatus(await this.generations.get(caller.accountId, id), this.link(request, caller));
  }

  @Post('cancel/:id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a generation; doing it twice changes nothing' })
  @ApiOkResponse({ standardSchema: statusSchema })
  async cancel(
    @Caller() caller: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<StatusBody> {
    return toStatus(await this.generations.cancel(caller.accountId, id), this.link(request, caller));
  }

  @Get('image/:name')
  @Open()
  @ApiOperation({ summary: 'The picture, with a key or by its signed address; 404 until it is made' })
  @ApiProduces('image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif', 'image/tiff')
  @ApiOkResponse({ description: 'The picture, or the range of its bytes that was asked for' })
  async picture(
    @Param('name', { schema: idSchema }) name: string,
    @Query({ schema: signatureSchema }) { account, expires, signature }: z.output<typeof signatureSchema>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // The extension is for whoever saves the picture.
    const [id = name] = name.split('.', 1);
    const isSigned = account !== undefined && expires !== undefined && signature !== undefined;
    if (isSigned) this.links.check(account, id, expires, signature);
    const owner = isSigned ? account : (await this.callers.identify(request.headers, 'read')).accountId;
    const { file, read } = await this.generations.open(owner, id);
    await sendFile(request, reply, { ...file, version: file.sha256, read });
  }

  private link({ protocol, host }: FastifyRequest, { accountId }: Principal): Link {
    return this.links.from(`${protocol}://${host}`, accountId);
  }
}
