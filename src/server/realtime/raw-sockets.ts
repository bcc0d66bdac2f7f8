import { type IncomingHttpHeaders, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { WebSocketServer } from 'ws';
import type { Config } from '../../config.js';
import type { Principal, Scope } from '../accounts/principal.js';
import { CONFIG } from '../config.token.js';
import { newId } from '../database/id.js';
import { type Access, Callers, givesKey } from '../http/callers.js';
import { serverStops } from '../http/departure.js';
import { dialectOf, type Dialects } from '../http/dialect.js';
import { explain, retryAfterSeconds } from '../http/failures.js';
import { Lifecycle } from '../http/lifecycle.js';
import { listenerOf } from '../http/listeners.js';
import { socketRefusal } from '../http/origin.js';
import { RawSocket, type SocketHandler } from './raw-socket.js';

/** What a socket's owner learns of the request that opens it. */
export interface Opening<Caller> {
  caller: Caller;
  headers: IncomingHttpHeaders;
  /** under which the caller reaches this server: `http://host:port` */
  origin: string;
}

interface Endpoint<Caller> {
  path: string;
  scope: Scope;
  /** Gives what is done with the socket's messages. */
  open(socket: RawSocket, opening: Opening<Caller>): SocketHandler;
}

/** A path at which a dialect takes WebSockets. `message`: also without a key, for which the endpoint asks over the socket. */
export type SocketEndpoint =
  (Endpoint<Principal> & { access: Access }) | (Endpoint<Principal | null> & { access: 'message' });

/** Frames that are larger end the connection. */
const frameLimitBytes = 64_000;
const checkEveryMs = 30_000;
const farewellMs = 2_000;
/** socket.io's own, which it answers itself. */
const foreignPath = '/socket.io/';

/** The documented WebSockets of the dialects, on the same listeners as everything else. */
@Injectable()
export class RawSockets {
  private readonly log = new Logger('RawSocket');
  private readonly endpoints = new Map<string, SocketEndpoint>();
  private readonly sockets = new Set<RawSocket>();
  private readonly handshakes = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: frameLimitBytes,
    perMessageDeflate: false,
  });

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'host'>,
    @Inject(Callers) private readonly callers: Callers,
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
  ) {}

  /** Takes WebSockets at a path. */
  serve(endpoint: SocketEndpoint): void {
    this.endpoints.set(endpoint.path, endpoint);
  }

  /** Answers the upgrades of a server, but for those to socket.io. */
  attach(server: Server, dialects: Dialects): void {
    server.on('upgrade', (request, socket, head) => {
      if (pathOf(request).startsWith(foreignPath)) return;
      // Whatever breaks the connection before it is a WebSocket breaks nothing else.
      socket.on('error', () => socket.destroy());
      this.upgrade(request, socket, head).catch((error: unknown) =>
        this.refuse(request, socket, dialects, error),
      );
    });
    const checking = setInterval(() => this.sockets.forEach((socket) => socket.check()), checkEveryMs);
    checking.unref();
    this.lifecycle.stopping.addEventListener('abort', () => {
      clearInterval(checking);
      for (const socket of this.sockets) socket.close(serverStops(), farewellMs);
    });
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { host, origin } = request.headers;
    const refused = socketRefusal({ host, origin }, this.config.host);
    if (refused !== null) throw new Failure('forbidden', refused);
    if (this.lifecycle.state === 'stopping') throw serverStops();
    const endpoint = this.endpoints.get(pathOf(request));
    if (endpoint === undefined)
      throw new Failure('not-found', 'There is no WebSocket under this address.', { kind: 'endpoint' });
    const open = await this.admit(request, endpoint);
    this.handshakes.handleUpgrade(request, socket, head, (opened) => {
      const raw = new RawSocket(opened);
      this.sockets.add(raw);
      opened.once('close', () => this.sockets.delete(raw));
      raw.listen(open(raw));
    });
  }

  /** Gives the way to open the endpoint for whoever sends the request. */
  private async admit(
    request: IncomingMessage,
    endpoint: SocketEndpoint,
  ): Promise<(socket: RawSocket) => SocketHandler> {
    const { headers } = request;
    const opening = { headers, origin: `http://${headers.host ?? ''}` };
    const { access, scope } = endpoint;
    if (access === 'message') {
      const caller = givesKey(headers) ? await this.callers.admit(request, 'key', scope) : null;
      return (socket) => endpoint.open(socket, { ...opening, caller });
    }
    const caller = await this.callers.admit(request, access, scope);
    return (socket) => endpoint.open(socket, { ...opening, caller });
  }

  private refuse(request: IncomingMessage, socket: Duplex, dialects: Dialects, error: unknown): void {
    const failure = explain(error, newId('req'), this.log);
    if (!socket.writable) return void socket.destroy();
    const dialect = dialectOf(dialects, pathOf(request), listenerOf(socket as Socket));
    const { status, body } = dialect.error(failure, 0);
    const text = JSON.stringify(body);
    const retryAfter = retryAfterSeconds(failure);
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(text)}`,
      ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? url;
}
