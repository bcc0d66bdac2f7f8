import type { Server as HttpServer } from 'node:http';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { RouteConstraints } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';

/** The connections that came through one of the listeners here. */
const listeners = new WeakMap<Socket, string>();

/** The listener through which a connection came: the id of the dialect whose clients look there; undefined for that at PORT. */
export function listenerOf(socket: Socket): string | undefined {
  return listeners.get(socket);
}

/**
 * This route answers on one listener only, where it goes before a route of the same path without this. Only a path that
 * several dialects claim needs it.
 */
export const OnListener = (dialect: string) => RouteConstraints({ listener: dialect });

type Strategies = NonNullable<NonNullable<FastifyServerOptions['routerOptions']>['constraints']>;

/** How the router tells the listener of a request. */
export const listenerConstraint: Strategies = {
  listener: {
    name: 'listener',
    storage: () => {
      const handlers = new Map();
      return {
        get: (dialect) => handlers.get(dialect) ?? null,
        set: (dialect, handler) => void handlers.set(dialect, handler),
      };
    },
    deriveConstraint: ({ socket }) => listenerOf(socket) ?? '',
    mustMatchWhenDerived: false,
  },
};

/** A port beside the main one that is listened on. */
export interface Listener {
  dialect: string;
  /** `http://host:port`, without a slash at the end */
  url: string;
}

/**
 * The ports at which the clients of single dialects look for them. Their connections are handed to the server behind PORT, so
 * that everything that holds there holds here: limits, checks, sockets, the way it stops.
 */
@Injectable()
export class Listeners {
  private readonly log = new Logger('Listeners');
  private readonly servers: Server[] = [];

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'host' | 'kreaPort' | 'visualizrPort'>) {}

  /** Opens those that are switched on; one whose port cannot be had is left out with a warning. */
  async open(main: HttpServer): Promise<Listener[]> {
    const opened: Listener[] = [];
    for (const { dialect, variable, port } of this.wanted()) {
      const url = await this.listen(main, dialect, port).catch(({ code = '' }: NodeJS.ErrnoException) => {
        const message = `Port ${port} is taken or not allowed, so clients of ${dialect} do not find it there; set ${variable} to another one, or to 0.`;
        this.log.warn({ msg: message, code });
        return null;
      });
      if (url !== null) opened.push({ dialect, url });
    }
    return opened;
  }

  /** Takes no more connections; resolves once those that there are have ended. */
  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private wanted() {
    const { kreaPort, visualizrPort } = this.config;
    return [
      { dialect: 'flux-krea', variable: 'ATELIER_KREA_PORT', port: kreaPort },
      { dialect: 'visualizr', variable: 'ATELIER_VISUALIZR_PORT', port: visualizrPort },
    ].filter(({ port }) => port !== 0);
  }

  private listen(main: HttpServer, dialect: string, port: number | 'auto'): Promise<string> {
    // As http.createServer makes its own.
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      listeners.set(socket, dialect);
      main.emit('connection', socket);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port === 'auto' ? 0 : port, this.config.host, () => {
        server.off('error', reject).on('error', (err) => this.log.error({ msg: `A listener failed`, err }));
        this.servers.push(server);
        resolve(urlOf(server.address() as AddressInfo));
      });
    });
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
