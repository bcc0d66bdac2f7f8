import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A name server that says of every name what it is told to, and that nobody may remember it (RFC 1035). */
export class NameServer {
  /** how often it was asked for IPv4 addresses */
  asked = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly answer: (asked: number) => string,
  ) {}

  /** @param answer gives the IPv4 address, by how often it was asked before */
  static async start(answer: (asked: number) => string): Promise<NameServer> {
    const socket = createSocket('udp4');
    const server = new NameServer(socket, answer);
    socket.on('message', (query, peer) => socket.send(server.reply(query), peer.port, peer.address));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return server;
  }

  get address(): string {
    return `127.0.0.1:${(this.socket.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.socket.close();
  }

  private reply(query: Buffer): Buffer {
    const questionEnd = query.indexOf(0, 12) + 5;
    const question = query.subarray(12, questionEnd);
    const isIpv4 = question.readUInt16BE(question.length - 4) === 1;
    const header = Buffer.from([query[0]!, query[1]!, 0x81, 0x80, 0, 1, 0, isIpv4 ? 1 : 0, 0, 0, 0, 0]);
    if (!isIpv4) return Buffer.concat([header, question]);
    const address = this.answer(this.asked++).split('.').map(Number);
    // A pointer to the name, type A, class IN, a time to live of 0, four bytes.
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address]);
    return Buffer.concat([header, question, record]);
  }
}
