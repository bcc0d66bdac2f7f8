import { jest } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Failure, type Json } from '@atelier/sdk';
import { WebSocket, WebSocketServer } from 'ws';
import { heldLimitBytes, slownessLimitMs } from './limits.js';
import { RawSocket } from './raw-socket.js';

let server: WebSocketServer;
let client: WebSocket;
let socket: RawSocket;
/** bytes that the other end has not taken */
let behind: () => number;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  await connect();
});
afterEach(() => {
  jest.restoreAllMocks();
  client.terminate();
  server.close();
});

async function connect(options: object = {}): Promise<void> {
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  client.on('error', () => undefined);
  const [opened] = (await once(server, 'connection')) as [WebSocket];
  behind = () => opened.bufferedAmount;
  socket = new RawSocket(opened);
  await once(client, 'open');
}

const megabyte = { text: 'x'.repeat(1_000_000) };

/** Sends more than the operating system takes for a client that does not read. */
function flood(megabytes: number): void {
  client.pause();
  for (let sent = 0; sent < megabytes; sent++) socket.send(megabyte);
}

const laterBy = (ms: number): void => {
  const now = performance.now();
  jest.spyOn(performance, 'now').mockReturnValue(now + ms);
};

it('what is sent arrives in order', async () => {
  const heard: string[] = [];
  const third = new Promise<void>((resolve) => {
    client.on('message', (data) => heard.push(String(data)) === 3 && resolve());
  });
  for (const step of [1, 2, 3]) socket.send({ step });
  await third;
  expect(heard).toEqual(['{"step":1}', '{"step":2}', '{"step":3}']);
});

it('what comes is handed out as JSON, and what is none as the failure to read it', async () => {
  const seen: (Json | Failure)[] = [];
  const fourth = new Promise<void>((resolve) => {
    const see = (what: Json | Failure): void => void (seen.push(what) === 4 && resolve());
    socket.listen({ message: see, malformed: see });
  });
  for (const frame of ['{"a":1}', '{"a":', Buffer.from('{}'), '18446744073709551615']) client.send(frame);
  await fourth;
  expect(seen).toEqual([{ a: 1 }, expect.any(Failure), expect.any(Failure), '18446744073709551615']);
});

it('what something later makes up for is left out while the client is behind', () => {
  flood(20);
  const waiting = behind();
  expect(waiting).toBeGreaterThan(1_000_000);
  socket.offer({ step: 1 });
  expect(behind()).toBe(waiting);
  socket.send({ step: 1 });
  expect(behind()).toBeGreaterThan(waiting);
});

it('a client that takes nothing for too long is let go, one that is only behind is not', async () => {
  flood(20);
  laterBy(slownessLimitMs - 1_000);
  socket.check();
  expect(socket.closed.aborted).toBe(false);
  client.resume();
  await once(client, 'ping');

  flood(20);
  laterBy(2 * slownessLimitMs);
  socket.check();
  await once(socket.closed, 'abort');
});

it('a client for which too much would have to be kept is let go', async () => {
  flood(heldLimitBytes / 1_000_000 + 20);
  await once(socket.closed, 'abort');
});

it('a client that gives no sign of life is let go', async () => {
  client.terminate();
  await connect({ autoPong: false });
  socket.check();
  await once(client, 'ping');
  expect(socket.closed.aborted).toBe(false);
  socket.check();
  await once(socket.closed, 'abort');
});

it('a client that answers pings stays', async () => {
  for (let round = 0; round < 3; round++) {
    const answered = once(server.clients.values().next().value!, 'pong');
    socket.check();
    await answered;
  }
  expect(socket.closed.aborted).toBe(false);
});

it('closing says why at once and ends the connection of a client that does not answer', async () => {
  flood(20);
  const reason = new Failure('unavailable', 'The server is stopping.');
  socket.close(reason, 50);
  expect(socket.closed.reason).toBe(reason);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.clients.size).toBe(0);
});
