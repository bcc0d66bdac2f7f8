import { jest } from '@jest/globals';
import { exec, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { io } from 'socket.io-client';
import { call } from '../harness/api.js';
import { submitCounting, testPlugins, untilEnded } from '../harness/jobs.js';
import { program, startServer, type TestServer } from '../harness/server.js';

jest.setTimeout(120_000);

/** A server on a home that outlives it. */
async function withServer(
  work: (server: TestServer) => Promise<void>,
  plugins: string[] = [],
): Promise<void> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'atelier-test-'));
  const server = await startServer({ home, plugins });
  try {
    await work(server);
  } finally {
    await server.kill();
    await rm(home, { recursive: true, force: true });
  }
}

/** Runs the program to its end. */
async function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [program, 'serve'], {
    env: { ...process.env, ATELIER_LOG_LEVEL: 'silent', ...env },
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, stderr };
}

describe('starting', () => {
  it('says where it is, and a command that works as it is printed', () =>
    withServer(async (server) => {
      const [command] = /^ *curl [^]*?lake\.png$/m.exec(server.output()) ?? [];
      await promisify(exec)(command ?? 'false', { cwd: server.home });
      const { format, width, height } = await sharp(path.join(server.home, 'lake.png')).metadata();
      expect({ format, width, height }).toEqual({ format: 'png', width: 512, height: 512 });
      expect(server.output()).toContain(`${server.url}/docs`);
      expect((await call(server, 'GET', '/health')).body).toEqual({
        status: 'ok',
        version: expect.any(String),
      });
    }));

  it('is refused with a sentence where the home, the port or the settings cannot be used', () =>
    withServer(async (server) => {
      const free = await mkdtemp(path.join(os.tmpdir(), 'atelier-test-'));
      const taken = await run({ ATELIER_HOME: server.home, PORT: '0' });
      expect(taken).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^Atelier \(process \d+, http.*\n$/),
      });
      const port = await run({
        ATELIER_HOME: free,
        PORT: new URL(server.url).port,
      });
      expect(port).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^Port \d+ of 127.0.0.1 is taken.*\n$/),
      });
      const settings = await run({ ATELIER_HOME: free, PORT: 'eighty' });
      expect(settings).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^The environment .*PORT.*\n$/),
      });
      await rm(free, { recursive: true, force: true });
    }));
});

describe('stopping', () => {
  it('closes streams and sockets, ends with 0, and the job goes on at the next start', () =>
    withServer(
      async (server) => {
        const jobId = await submitCounting(server, 400);
        const stream = fetch(`${server.url}/v1/jobs/${jobId}/events`, {
          headers: { authorization: `Bearer ${server.key}` },
        }).then((response) => response.text());
        const socket = io(server.url, {
          auth: { token: server.key },
          transports: ['websocket'],
          reconnection: false,
        });
        await once(socket as never, 'connect');
        const disconnected = once(socket as never, 'disconnect') as Promise<[string]>;
        await delay(500);

        const asked = performance.now();
        server.process.kill('SIGTERM');
        expect(await once(server.process, 'exit')).toEqual([0, null]);
        expect(performance.now() - asked).toBeLessThan(15_000);
        // The reason after which socket.io's clients come back by themselves.
        expect((await disconnected)[0]).toBe('transport close');
        expect(await stream).toContain('event: progress');

        await server.restart();
        expect((await untilEnded(server, jobId)).status).toBe('completed');
      },
      [testPlugins],
    ));

  it('answers what it has begun to read, and takes nothing new', () =>
    withServer(async (server) => {
      const boundary = 'atelier-test';
      const upload = http.request(`${server.url}/v1/files/upload`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${server.key}`,
          'content-type': `multipart/form-data; boundary=${boundary}`,
        },
      });
      const answered = once(upload, 'response') as Promise<[http.IncomingMessage]>;
      upload.write(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\nfirst`,
      );
      await delay(300);
      const gone = once(server.process, 'exit');
      server.process.kill('SIGTERM');
      await delay(500);
      await expect(fetch(`${server.url}/health`)).rejects.toThrow();
      upload.end(`second\r\n--${boundary}--\r\n`);
      const [response] = await answered;
      expect(response.statusCode).toBe(201);
      response.resume();
      expect(await gone).toEqual([0, null]);
    }));

  it('loses no job that it has accepted', () =>
    withServer(
      async (server) => {
        const accepted: string[] = [];
        const submitters = Array.from({ length: 4 }, async () => {
          for (;;) {
            try {
              accepted.push(await submitCounting(server, 1));
              await delay(150);
            } catch {
              return;
            }
          }
        });
        await delay(1_000);
        const gone = once(server.process, 'exit');
        server.process.kill('SIGTERM');
        await Promise.all([gone, ...submitters]);
        expect(accepted.length).toBeGreaterThan(4);

        await server.restart();
        for (const jobId of accepted) expect((await untilEnded(server, jobId)).status).toBe('completed');
      },
      [testPlugins],
    ));

  it('ends at once on the second signal', () =>
    withServer(async (server) => {
      // A connection that sends half a request keeps the server waiting for the rest.
      const { hostname, port } = new URL(server.url);
      const { connect } = await import('node:net');
      const half = connect(Number(port), hostname).on('error', () => undefined);
      half.write('POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n');
      await delay(200);
      server.process.kill('SIGTERM');
      await delay(300);
      const again = performance.now();
      const gone = once(server.process, 'exit');
      server.process.kill('SIGTERM');
      await gone;
      expect(performance.now() - again).toBeLessThan(1_000);
    }));
});
