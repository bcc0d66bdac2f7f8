import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Config } from '../../config.js';
import type { Principal } from '../../server/accounts/principal.js';
import { CONFIG } from '../../server/config.token.js';
import { Files } from '../../server/files/files.service.js';
import { quotaOf } from '../../server/files/storage.js';
import { Caller, Signed } from '../../server/http/callers.js';
import { receiveFile } from '../../server/http/receive-file.js';
import { sendFile } from '../../server/http/send-file.js';
import { Described } from './api.js';
import {
  deletedSchema,
  type FileBody,
  fileListQuerySchema,
  filePageSchema,
  fileSchema,
  signatureSchema,
  toFile,
} from './files.wire.js';
import { Links } from './links.js';
import { hasMore, idSchema } from './wire.js';

@Described('Files')
@Controller('v1/files')
export class FilesController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Files) private readonly files: Files,
    @Inject(Links) private readonly links: Links,
  ) {}

  @Post('upload')
  @HttpCode(201)
  @ApiOperation({ summary: 'Upload a file' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary' }, project_id: { type: 'string' } },
    },
  })
  @ApiCreatedResponse({ standardSchema: fileSchema })
  async upload(@Caller() caller: Principal, @Req() request: FastifyRequest): Promise<FileBody> {
    const file = await receiveFile(request, ({ fields, ...arriving }) =>
      this.files.receive({
        ...arriving,
        accountId: caller.accountId,
        projectId: () => fields.get('project_id') || null,
        limitBytes: this.config.uploadLimitBytes,
        quota: quotaOf(caller),
      }),
    );
    return toFile(file, this.links.from(request));
  }

  @Get()
  @ApiOperation({ summary: 'List files, the newest first' })
  @ApiOkResponse({ standardSchema: filePageSchema })
  async list(
    @Caller() { accountId }: Principal,
    @Query({ schema: fileListQuerySchema })
    { project_id: projectId, ...page }: z.output<typeof fileListQuerySchema>,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof filePageSchema>> {
    const { files, total } = await this.files.list(accountId, { ...page, projectId });
    const link = this.links.from(request);
    return {
      files: files.map((file) => toFile(file, link)),
      total,
      has_more: hasMore(page, files.length, total),
    };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get what is known of a file' })
  @ApiOkResponse({ standardSchema: fileSchema })
  async get(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<FileBody> {
    return toFile(await this.files.get(accountId, id), this.links.from(request));
  }

  @Get(':id/download')
  @Signed()
  @ApiOperation({ summary: 'Download a file, with a key or by its signed address' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ description: 'The bytes, or the range of them that was asked for' })
  async download(
    @Param('id', { schema: idSchema }) id: string,
    @Query({ schema: signatureSchema }) { expires = 0, signature = '' }: z.output<typeof signatureSchema>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { file, read } =
      request.caller === null
        ? await this.files.openSigned(id, { expires, signature })
        : await this.files.open(request.caller.accountId, id);
    await sendFile(request, reply, { ...file, version: file.sha256, read });
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a file' })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async delete(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof deletedSchema>> {
    await this.files.delete(accountId, id);
    return { deleted: true, id };
  }
}
