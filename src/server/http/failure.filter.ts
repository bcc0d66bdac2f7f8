import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dialectOf, type Dialects } from './dialect.js';
import { explain, retryAfterSeconds } from './failures.js';
import { listenerOf } from './listeners.js';
import type { RouteTable } from './route-table.js';

/** Answers whatever was thrown, in the words of the dialect that owns the path. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  constructor(
    private readonly dialects: Dialects,
    private readonly routes: RouteTable,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), error);
  }

  send(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
    const path = pathOf(request.url);
    const failure =
      this.methodNotAllowed(error, request.method, path, reply) ?? explain(error, request.id, this.log);
    // Nobody is there to be told, and leaving is no fault.
    if (reply.raw.closed) return;
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const dialect = dialectOf(this.dialects, path, listenerOf(request.socket));
    const { status, body } = dialect.error(failure, reply.elapsedTime);
    if (status >= 500 && failure.code !== 'internal')
      this.log.warn({ msg: failure.message, code: failure.code });
    const retryAfter = retryAfterSeconds(failure);
    if (retryAfter !== undefined) void reply.header('Retry-After', retryAfter);
    if (status === 401) void reply.header('WWW-Authenticate', 'Bearer');
    // Closing at once would cut off a sender before it has read the answer; what it goes on to send is dropped.
    if (status === 413) void reply.removeHeader('connection');
    void reply.status(status).type('application/json').send(body);
  }

  private methodNotAllowed(
    error: unknown,
    method: string,
    path: string,
    reply: FastifyReply,
  ): Failure | null {
    if (!(error instanceof NotFoundException)) return null;
    const allowed = this.routes.methods(path);
    if (allowed.length === 0) return null;
    void reply.header('Allow', allowed.join(', '));
    return new Failure('not-found', `There is no ${method} here; use ${allowed.join(' or ')}.`, {
      kind: 'method',
      allowed,
    });
  }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
