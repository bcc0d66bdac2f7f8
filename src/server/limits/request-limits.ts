import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { dialectOf, type Dialects } from '../http/dialect.js';
import { listenerOf } from '../http/listeners.js';
import { limitHeaders } from './headers.js';
import { Limits } from './limits.service.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** the id of the dialect whose limits hold */
    limitedBy: string | null;
  }
}

/** The limits of requests, looked at before a body is read, so that nobody beyond them makes the server read and parse. */
@Injectable()
export class RequestLimits {
  constructor(@Inject(Limits) private readonly limits: Limits) {}

  /** Must come after whatever finds out who the caller is. */
  guard(fastify: FastifyInstance, dialects: Dialects): void {
    fastify.decorateRequest('limitedBy', null);
    fastify.addHook('onRequest', async (request, reply) => {
      const { caller } = request;
      if (caller === null) return;
      const { id, countsItself } = dialectOf(dialects, pathOf(request), listenerOf(request.socket));
      request.limitedBy = id;
      if (countsItself !== true) await this.limits.take(caller, id);
      // An answer that is streamed takes its headers from here.
      this.tell(request, reply);
    });
    // Others may have asked while the answer was made.
    fastify.addHook('onSend', async (request, reply) => this.tell(request, reply));
  }

  private tell({ caller, limitedBy }: FastifyRequest, reply: FastifyReply): void {
    if (!caller || !limitedBy) return;
    void reply.headers(limitHeaders(this.limits.standings(caller, limitedBy), Date.now()));
  }
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url;
}
