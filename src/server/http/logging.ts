import type { IncomingMessage } from 'node:http';
import { Logger, LoggerModule, PinoLogger } from 'nestjs-pino';
import pino from 'pino';
import type { Config } from '../../config.js';

/** Logs go to stderr as JSON, a line each, so that stdout stays with what the person at the terminal should read. */
export function loggerModule(config: Pick<Config, 'logLevel'>) {
  return LoggerModule.forRoot({
    pinoHttp: {
      level: config.logLevel,
      stream: pino.destination({ dest: 2, sync: false }),
      genReqId: (request: IncomingMessage) => request.id,
      customLogLevel: (_request, response, error) => {
        if (error !== undefined || response.statusCode >= 500) return 'error';
        return response.statusCode >= 400 ? 'info' : 'debug';
      },
      customSuccessMessage: (request, response) =>
        `${request.method} ${pathOf(request)} ${response.statusCode}`,
      // A query may hold a signature, a header a key: neither belongs into a log.
      serializers: {
        req: (request: { id: string; method: string; url: string }) => ({
          id: request.id,
          method: request.method,
          path: request.url.split('?', 1)[0],
        }),
        res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
      },
    },
  });
}

function pathOf(request: IncomingMessage): string {
  return request.url?.split('?', 1)[0] ?? '';
}

/** Where Nest tells what it has put together, dozens of lines that nobody asked for. */
const chatty = new Set([
  'NestApplication',
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'WebSocketsController',
]);

/** The logger of the process; it shows Nest's own start only at the level `debug`. */
export class ProcessLogger extends Logger {
  constructor(pino: PinoLogger) {
    super(pino, {});
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (chatty.has(String(rest.at(-1)))) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}
