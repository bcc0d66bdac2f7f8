import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.js';
import { CONFIG } from '../../server/config.token.js';
import { Signatures } from '../../server/files/signatures.js';
import { isLoopbackHost } from '../../server/http/origin.js';
import type { Link } from './history.wire.js';

/** Addresses of pictures, under the host name that the caller uses. */
@Injectable()
export class PictureLinks {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'host'>,
    @Inject(Signatures) private readonly signatures: Signatures,
  ) {}

  /** Where pictures need a key, an address carries a signature instead, for a page cannot send one with an image. */
  from(request: FastifyRequest, accountId: string): Link {
    const origin = `${request.protocol}://${request.host}`;
    if (isLoopbackHost(this.config.host)) return (fileName) => `${origin}/generated/${fileName}`;
    return (fileName) => {
      const { expires, signature } = this.signatures.sign(subject(accountId, fileName));
      const query = new URLSearchParams({ account: accountId, expires: String(expires), signature });
      return `${origin}/generated/signed/${fileName}?${query}`;
    };
  }

  /** @throws Failure `forbidden` when the address was not given out here, or is too old */
  check(accountId: string, fileName: string, expires: number, signature: string): void {
    this.signatures.check(subject(accountId, fileName), { expires, signature });
  }
}

/** Cannot be the id of a file, whose signatures have the same secret. */
function subject(accountId: string, fileName: string): string {
  return `generated/${accountId}/${fileName}`;
}
