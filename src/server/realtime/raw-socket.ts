import { Failure, type Json } from '@atelier/sdk';
import type { RawData, WebSocket } from 'ws';
import { parseJson } from '../../engine/json.js';
import { toFailure } from '../http/failures.js';
import { heldLimitBytes, roomLimitBytes, slownessLimitMs } from './limits.js';

/** What a socket's owner does with what comes over it. */
export interface SocketHandler {
  message(data: Json): void;
  /** A frame that is no JSON text. */
  malformed(failure: Failure): void;
}

/** One WebSocket that speaks JSON. A client that does not take what it is sent within 30 s is let go. */
export class RawSocket {
  private readonly leaving = new AbortController();
  /** since when there has been something to send; null while there is nothing */
  private behindSince: number | null = null;
  private unsent = 0;
  private wasHeard = true;

  /** Fires when the connection has ended, with the Failure that says why as its reason. */
  readonly closed: AbortSignal = this.leaving.signal;

  constructor(private readonly socket: WebSocket) {
    socket.on('pong', () => (this.wasHeard = true));
    // What is wrong with a connection ends it, and its end is all that matters here.
    socket.on('error', () => undefined);
    socket.once('close', () => this.leaving.abort(new Failure('cancelled', 'The caller has gone.')));
  }

  /** Sends what must arrive. */
  send(message: object): void {
    if (this.closed.aborted) return;
    if (this.socket.bufferedAmount > heldLimitBytes) return this.socket.terminate();
    this.behindSince ??= performance.now();
    this.unsent += 1;
    this.socket.send(JSON.stringify(message), () => this.sent());
  }

  /** Sends what something later makes up for; left out while the client is behind. */
  offer(message: object): void {
    if (this.socket.bufferedAmount < roomLimitBytes) this.send(message);
  }

  /**
   * Says why the connection ends, which it does within `graceMs` in any case.
   * @param code of RFC 6455, 7.4.1: going away, or against the rules
   */
  close(reason: Failure, graceMs: number, code: 1001 | 1008 = 1001): void {
    this.leaving.abort(reason);
    this.socket.close(code, reason.message);
    setTimeout(() => this.socket.terminate(), graceMs).unref();
  }

  /** Asks for a sign of life; ends a connection that has given none since the last time, or takes nothing. */
  check(): void {
    const isStuck = this.behindSince !== null && performance.now() - this.behindSince > slownessLimitMs;
    if (!this.wasHeard || isStuck) return this.socket.terminate();
    this.wasHeard = false;
    this.socket.ping();
  }

  /** Hands out what comes from now on. */
  listen(handler: SocketHandler): void {
    this.socket.on('message', (data, isBinary) => {
      let json: Json;
      try {
        json = read(data, isBinary);
      } catch (error) {
        return handler.malformed(toFailure(error, ''));
      }
      handler.message(json);
    });
  }

  private sent(): void {
    this.unsent -= 1;
    this.behindSince = this.unsent === 0 ? null : performance.now();
  }
}

function read(data: RawData, isBinary: boolean): Json {
  if (isBinary) throw new Failure('invalid-input', 'Send text frames that hold JSON.');
  return parseJson((data as Buffer).toString());
}
