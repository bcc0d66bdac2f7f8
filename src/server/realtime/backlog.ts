import type { Socket } from 'socket.io';
import { Failure } from '@atelier/sdk';
import { roomLimitBytes, slownessLimitMs } from './limits.js';

type Connection = Socket['conn'];

/** What was given to a socket and has not left this process yet. */
export class Backlog {
  private queuedBytes = 0;
  private sendingBytes = 0;
  private waiting: (() => void)[] = [];

  constructor(connection: Connection) {
    connection.on('packetCreate', (packet: { data?: unknown }) => {
      this.queuedBytes += sizeOf(packet.data);
    });
    connection.on('flush', () => {
      this.sendingBytes += this.queuedBytes;
      this.queuedBytes = 0;
    });
    connection.on('upgrade', () => this.watch(connection));
    connection.once('close', () => this.sent());
    this.watch(connection);
  }

  get hasRoom(): boolean {
    return this.queuedBytes + this.sendingBytes < roomLimitBytes;
  }

  /** @throws Failure `timeout` when the socket does not catch up */
  drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = setTimeout(
        () => reject(new Failure('timeout', 'The socket is too slow.')),
        slownessLimitMs,
      );
      this.waiting.push(() => {
        clearTimeout(giveUp);
        resolve();
      });
    });
  }

  private watch(connection: Connection): void {
    connection.transport.on('drain', () => this.sent());
  }

  private sent(): void {
    this.sendingBytes = 0;
    const { waiting } = this;
    this.waiting = [];
    for (const resume of waiting) resume();
  }
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength : 0;
}
