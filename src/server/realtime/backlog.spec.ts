import { createServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';
import { Backlog } from './backlog.js';
import { roomLimitBytes } from './limits.js';

/** A connected pair, and the client's TCP socket, which can be kept from reading. */
async function connect() {
  const http = createServer();
  const server = new Server(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const accepted = new Promise<Socket>((resolve) => server.on('connection', resolve));
  const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
  const socket = await accepted;
  await new Promise<void>((resolve) =>
    client.connected ? resolve() : client.on('connect', () => resolve()),
  );
  const transport = client.io.engine.transport as unknown as { ws: { _socket: TcpSocket } };
  const close = async () => {
    client.close();
    await server.close();
  };
  return { socket, client, tcp: transport.ws._socket, close };
}

describe('what a socket has not taken yet', () => {
  it('has room while the client reads', async () => {
    const { socket, client, close } = await connect();
    const backlog = new Backlog(socket.conn);
    let got = 0;
    client.on('event', () => got++);
    for (let sent = 0; sent < 100; sent++) {
      socket.emit('event', 'x'.repeat(50_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (got < 100) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(backlog.hasRoom).toBe(true);
    await close();
  });

  it('is full when the client stops reading, and has room again when it goes on', async () => {
    const { socket, client, tcp, close } = await connect();
    const backlog = new Backlog(socket.conn);
    let got = 0;
    client.on('event', () => got++);
    tcp.pause();
    let sent = 0;
    // The kernel takes some megabytes before anything stays with us.
    while (backlog.hasRoom && sent < 2_000) {
      socket.emit('event', 'x'.repeat(50_000));
      sent++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).toBeGreaterThan(roomLimitBytes / 50_000);
    expect(sent).toBeLessThan(2_000);
    const drained = backlog.drained();
    tcp.resume();
    await drained;
    expect(backlog.hasRoom).toBe(true);
    while (got < sent) await new Promise((resolve) => setTimeout(resolve, 5));
    await close();
  });

  it('lets go when the connection does', async () => {
    const { socket, tcp, close } = await connect();
    const backlog = new Backlog(socket.conn);
    tcp.pause();
    const drained = backlog.drained();
    socket.conn.close();
    tcp.resume();
    await drained;
    await close();
  });
});
