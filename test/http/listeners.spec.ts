import { jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { call } from '../harness/api.js';
import { createKey } from '../harness/keys.js';
import { program, startServer } from '../harness/server.js';

jest.setTimeout(120_000);

const bothPorts = { ATELIER_KREA_PORT: 'auto', ATELIER_VISUALIZR_PORT: 'auto' };

describe('the ports of single dialects', () => {
  it('answer every request that the main one answers, socket.io and raw sockets included', async () => {
    const server = await startServer({ env: bothPorts });
    for (const dialect of ['flux-krea', 'visualizr'] as const) {
      const url = server.urlOf(dialect);
      expect(url).not.toBe(server.url);
      expect((await call({ url, key: server.key }, 'GET', '/v1/tools')).status).toBe(200);
      expect((await call({ url, key: '' }, 'GET', '/v1/tools')).status).toBe(401);
      const headers = { 'x-api-key': server.key, origin: 'https://attacker.example' };
      expect((await call({ url, key: '' }, 'DELETE', '/v1/files/f', { headers })).status).toBe(403);

      for (const transport of ['websocket', 'polling']) {
        const socket = io(url, { auth: { token: server.key }, transports: [transport], reconnection: false });
        await once(socket as never, 'connect');
        socket.close();
      }
      const raw = new WebSocket(`${url.replace('http', 'ws')}/ws`);
      await once(raw, 'open');
      raw.close();
    }
    await server.stop();
  });

  it('count in the same figures', async () => {
    const server = await startServer({ env: bothPorts });
    await call({ url: server.urlOf('flux-krea'), key: '' }, 'GET', '/models', { key: null });
    const { body } = await call<string>(server, 'GET', '/metrics');
    expect(body).toMatch(
      /atelier_http_request_seconds_count\{method="GET",route="\/models",status="200"\} 1/,
    );
    await server.stop();
  });

  it('are told in the welcome, and only where they are switched on', async () => {
    const server = await startServer({ env: { ATELIER_VISUALIZR_PORT: 'auto' } });
    expect(server.output()).toMatch(/^ +visualizr +http:\/\/127\.0\.0\.1:\d+$/m);
    expect(() => server.urlOf('flux-krea')).toThrow(/no listener/);
    await server.stop();
  });

  it('that are taken are a warning, and the server starts without them', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as net.AddressInfo;
    const server = await startServer({ env: { ATELIER_KREA_PORT: String(port) } });
    expect(server.output()).toMatch(new RegExp(`"level":40.*Port ${port} is taken.*ATELIER_KREA_PORT`));
    expect((await call(server, 'GET', '/health')).status).toBe(200);
    await server.stop();
    taken.close();
  });

  it('let their connections go when the server stops', async () => {
    const server = await startServer({ env: bothPorts });
    const { hostname, port } = new URL(server.urlOf('flux-krea'));
    const idle = net.connect(Number(port), hostname);
    idle.write('GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(idle, 'data');
    const raw = new WebSocket(`ws://${hostname}:${port}/ws`);
    await once(raw, 'open');
    const closed = once(raw, 'close') as Promise<[number]>;
    const gone = once(idle, 'close');
    const asked = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(8_000);
    expect((await closed)[0]).toBe(1001);
    await gone;
  });
});

describe('an address that other machines reach', () => {
  const withHome = async (work: (home: string) => Promise<void>): Promise<void> => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'atelier-test-'));
    await work(home);
    await rm(home, { recursive: true, force: true });
  };

  it('is refused with a sentence while there is no key for them', () =>
    withHome(async (home) => {
      const child = spawn(process.execPath, [program, 'serve', '--alone'], {
        env: { ...process.env, ATELIER_HOME: home, HOST: '0.0.0.0', PORT: '0', ATELIER_LOG_LEVEL: 'silent' },
      });
      let stderr = '';
      child.stderr.on('data', (chunk) => (stderr += String(chunk)));
      expect(await once(child, 'exit')).toEqual([1, null]);
      expect(stderr).toMatch(/^HOST=0\.0\.0\.0 lets other machines in.*keys create.*\.\n$/);
    }));

  it('needs a key everywhere, on this machine too', () =>
    withHome(async (home) => {
      const key = await createKey(home, { credits: 10 });
      const server = await startServer({ home, env: { ...bothPorts, HOST: '0.0.0.0' } });
      const { port } = new URL(server.urlOf('flux-krea'));
      const url = `http://127.0.0.1:${port}`;
      expect((await call({ url, key }, 'GET', '/models')).status).toBe(200);
      expect((await call({ url, key }, 'GET', '/models', { key: null })).status).toBe(401);
      const raw = new WebSocket(`ws://127.0.0.1:${port}/ws`).on('error', () => undefined);
      const [, response] = (await once(raw, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect(response.statusCode).toBe(401);
      await server.stop();
    }));
});
