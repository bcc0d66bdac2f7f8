import net from 'node:net';
import { call } from '../harness/api.js';
import { startServer, type TestServer } from '../harness/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
}, 90_000);
afterAll(() => server.stop());

it('headers that trickle in are cut off within 15 s, and nobody else waits for them', async () => {
  const { hostname, port } = new URL(server.url);
  const began = performance.now();
  const senders = Array.from({ length: 500 }, () => net.connect(Number(port), hostname));
  const closed = senders.map(
    (socket) =>
      new Promise<number>((resolve) =>
        socket.on('error', () => undefined).once('close', () => resolve(performance.now() - began)),
      ),
  );
  for (const socket of senders) {
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    socket.resume();
  }
  const trickle = setInterval(() => senders.forEach((socket) => socket.writable && socket.write('a')), 2_000);
  const waits: number[] = [];
  for (let request = 0; request < 50; request++) {
    const asked = performance.now();
    expect((await call(server, 'GET', '/health')).status).toBe(200);
    waits.push(performance.now() - asked);
  }
  expect(Math.max(...waits)).toBeLessThan(500);
  expect(Math.max(...(await Promise.all(closed)))).toBeLessThan(16_000);
  clearInterval(trickle);
}, 30_000);
