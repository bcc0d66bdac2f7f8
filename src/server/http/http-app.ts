import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { type DynamicModule, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Failure } from '@atelier/sdk';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import type { Config } from '../../config.js';
import { RequestLimits } from '../limits/request-limits.js';
import { RawSockets } from '../realtime/raw-sockets.js';
import { SocketAdapter } from '../realtime/socket-adapter.js';
import { Callers } from './callers.js';
import { serverStops } from './departure.js';
import type { Dialects } from './dialect.js';
import { FailureFilter } from './failure.filter.js';
import { registerBodyParsers } from './json-body.js';
import { Lifecycle } from './lifecycle.js';
import { listenerConstraint } from './listeners.js';
import { ProcessLogger } from './logging.js';
import { registerMetrics } from './metrics.js';
import { ApiDocument, describeApi } from './openapi.js';
import { refusal } from './origin.js';
import { RouteTable } from './route-table.js';
import { invalidInput } from './validation.js';

/** Ids are shorter; what is longer is looked up nowhere. */
const longestParameter = 200;

/** Headers must be there within 15 s: Node looks every 5 s for requests that have had 10. A body has ten minutes. */
const patience = { headersTimeout: 10_000, connectionsCheckingInterval: 5_000, requestTimeout: 600_000 };

/**
 * Builds the application with all that holds for every request: who may ask, how much, and what an error looks like.
 */
export async function createHttpApp(
  root: DynamicModule,
  config: Config,
  dialects: Dialects,
): Promise<NestFastifyApplication> {
  const routes = new RouteTable();
  const failures = new FailureFilter(dialects, routes);
  const adapter = new FastifyAdapter({
    http: patience,
    requestTimeout: patience.requestTimeout,
    routerOptions: { maxParamLength: longestParameter, constraints: listenerConstraint },
    genReqId: requestId,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers(commonHeaders(request));
      failures.send(request, reply, error);
    },
    clientErrorHandler: answerBrokenRequest,
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    // What goes wrong before there is a log is thrown, and told by whoever wanted a server.
    logger: false,
    abortOnError: false,
  });
  app.useLogger(new ProcessLogger(await app.resolve(PinoLogger)));
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  routes.watch(fastify);
  registerChecks(fastify, config, app.get(Lifecycle));
  registerMetrics(fastify);
  app.get(Callers).guard(fastify);
  app.get(RequestLimits).guard(fastify, dialects);
  registerBodyParsers(fastify, config.bodyLimitBytes);
  app.useGlobalFilters(failures);
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: invalidInput }));
  app.useWebSocketAdapter(new SocketAdapter(app, config.host));
  app.get(RawSockets).attach(app.getHttpServer() as Server, dialects);
  app.get(ApiDocument).value = describeApi(app);
  return app;
}

function registerChecks(fastify: FastifyInstance, config: Config, lifecycle: Lifecycle): void {
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.headers(commonHeaders(request));
    const { host, origin } = request.headers;
    const refused = refusal({ method: request.method, host, origin }, config.host);
    if (refused !== null) throw new Failure('forbidden', refused);
    if (lifecycle.state !== 'stopping') return;
    void reply.header('Connection', 'close');
    if (request.routeOptions.url === '/health') return;
    throw serverStops();
  });
}

function commonHeaders(request: FastifyRequest): Record<string, string> {
  return {
    'X-Request-Id': request.id,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}

/** A caller's own request id is kept where it is harmless, so that it can follow its request through our log. */
function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && /^[\w.-]{1,64}$/.test(given)) return given;
  return `req_${randomBytes(10).toString('hex')}`;
}

const brokenStatuses: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers what is not HTTP, came too slowly or has headers beyond all bounds; no dialect can be told from it. */
function answerBrokenRequest({ code = '' }: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const status = brokenStatuses[code] ?? '400 Bad Request';
  const error = { code: 'invalid_input', message: `${status.slice(4)}.`, details: {} };
  const body = JSON.stringify({ error });
  const headers = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`);
}
