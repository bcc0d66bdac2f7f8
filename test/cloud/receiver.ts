import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { until } from '../faults/processes.js';

export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
  at: number;
}

type Answer = (response: ServerResponse, received: Received) => void;

/** Somebody's own server, to which webhooks are sent. It keeps what comes and answers 204 where it is not told otherwise. */
export class Receiver {
  readonly received: Received[] = [];
  answer: Answer = (response) => void response.writeHead(204).end();

  private constructor(private readonly server: http.Server) {}

  static async start(): Promise<Receiver> {
    const server = http.createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => void receiver.take(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What came to one path, or with one event. */
  of(what: string): Received[] {
    return this.received.filter(({ path, body }) => path === what || body.startsWith(`{"event":"${what}"`));
  }

  async untilReceived(what: string, count = 1, limitMs = 20_000): Promise<Received[]> {
    await until(() => this.of(what).length >= count, `${count} of ${what} received`, limitMs);
    return this.of(what);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const headers = request.headers as Record<string, string>;
    const received = { path: request.url!, headers, body, at: Date.now() };
    this.received.push(received);
    this.answer(response, received);
  }
}
