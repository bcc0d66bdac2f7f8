import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Files } from '../../server/files/files.service.js';
import { PublicAddress } from '../../server/http/public-address.js';
import type { Link } from './files.wire.js';

/** A webhook is tried for three days. */
const lastingSeconds = 7 * 86_400;

/** Addresses of files that work without a key, under the host name that the caller uses. */
@Injectable()
export class Links {
  constructor(
    @Inject(Files) private readonly files: Files,
    @Inject(PublicAddress) private readonly address: PublicAddress,
  ) {}

  from(request: FastifyRequest): Link {
    const origin = `${request.protocol}://${request.host}`;
    return (fileId) => `${origin}${this.path(fileId)}`;
  }

  /** For messages, which may arrive days after they were written. */
  lasting(): Link {
    return (fileId) => `${this.address.origin}${this.path(fileId, lastingSeconds)}`;
  }

  private path(fileId: string, validSeconds?: number): string {
    const { expires, signature } = this.files.sign(fileId, validSeconds);
    return `/v1/files/${fileId}/download?expires=${expires}&signature=${signature}`;
  }
}
