import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Files } from '../../server/files/files.service.js';
import type { Link } from './files.wire.js';

/** Addresses of files that work without a key, under the host name that the caller uses. */
@Injectable()
export class Links {
  constructor(@Inject(Files) private readonly files: Files) {}

  from(request: FastifyRequest): Link {
    const origin = `${request.protocol}://${request.host}`;
    return (fileId) => `${origin}${this.path(fileId)}`;
  }

  private path(fileId: string): string {
    const { expires, signature } = this.files.sign(fileId);
    return `/v1/files/${fileId}/download?expires=${expires}&signature=${signature}`;
  }
}
