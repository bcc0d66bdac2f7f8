import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { History } from '../../server/history/history.service.js';
import { Caller, Local, Open } from '../../server/http/callers.js';
import { sendFile } from '../../server/http/send-file.js';
import { Described } from './api.js';
import { PictureLinks } from './links.js';

const fileNameSchema = z.string().max(100);
const signatureSchema = z.object({
  account: z.string().max(128),
  expires: z
    .string()
    .regex(/^\d{1,12}$/, { error: 'expires must be Unix seconds' })
    .transform(Number),
  signature: z.string().max(128),
});

/** The pictures behind `filePath` and `url`. */
@Described('Pictures')
@Controller('generated')
export class PicturesController {
  constructor(
    @Inject(History) private readonly history: History,
    @Inject(PictureLinks) private readonly links: PictureLinks,
  ) {}

  @Get(':name')
  @Local()
  @ApiOperation({ summary: 'A picture by its filePath' })
  @ApiProduces('image/jpeg')
  @ApiOkResponse({ description: 'The picture, or the range of its bytes that was asked for' })
  async get(
    @Caller() { accountId }: Principal,
    @Param('name', { schema: fileNameSchema }) fileName: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendFile(request, reply, await this.history.open(accountId, fileName));
  }

  @Get('signed/:name')
  @Open()
  @ApiOperation({ summary: 'A picture by its signed address, without a key' })
  @ApiProduces('image/jpeg')
  @ApiOkResponse({ description: 'The picture, or the range of its bytes that was asked for' })
  async getSigned(
    @Param('name', { schema: fileNameSchema }) fileName: string,
    @Query({ schema: signatureSchema })
    { account, expires, signature }: z.output<typeof signatureSchema>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.links.check(account, fileName, expires, signature);
    await sendFile(request, reply, await this.history.open(account, fileName));
  }
}
