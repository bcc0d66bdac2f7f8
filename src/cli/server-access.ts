import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.js';
import { runningServer } from '../server/database/home-lock.js';
import { checkout } from './checkout.js';
import { Client } from './client.js';
import { CommandError } from './command-error.js';
import { ownerKey } from './owner-key.js';

const pollMs = 50;
const startLimitMs = 60_000;
const answerLimitMs = 5_000;
const stopLimitMs = 20_000;

/** Works with the server that holds ATELIER_HOME, or with one that is started for as long as it takes. */
export async function withServer<T>(config: Config, work: (client: Client) => Promise<T>): Promise<T> {
  const running = await runningServer(config.home);
  const child = running === undefined ? startServer() : undefined;
  try {
    const url = await listening(config.home, child);
    return await work(new Client({ url, key: await ownerKey(config.home) }));
  } finally {
    if (child) await stopServer(child);
  }
}

interface StartedServer {
  process: ChildProcess;
  /** the end of what it has said */
  said: () => string;
}

function startServer(): StartedServer {
  // In a process group of its own, so that Ctrl-C reaches this command alone, which then decides.
  const server = fork(path.join(checkout, 'bin/atelier.js'), ['serve', '--port', '0', '--alone'], {
    detached: true,
    silent: true,
  });
  let said = '';
  const listen = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-2000));
  server.stdout?.on('data', listen);
  server.stderr?.on('data', listen);
  return { process: server, said: () => said };
}

async function listening(home: string, child: StartedServer | undefined): Promise<string> {
  const deadline = Date.now() + startLimitMs;
  while (Date.now() < deadline) {
    const server = await runningServer(home);
    if (server?.url && (await isHealthy(server.url))) return server.url;
    // Who starts a server at the same moment as another command finds the home taken, and uses that one.
    if (server === undefined && (child === undefined || hasEnded(child)))
      throw notStarted(child?.said() ?? '');
    await delay(pollMs);
  }
  throw new CommandError(`The Atelier server did not begin to answer within ${startLimitMs / 1000} s.`);
}

function notStarted(said: string): CommandError {
  const lines = said
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  return new CommandError('The Atelier server could not be started.', lines.slice(-5));
}

function isHealthy(url: string): Promise<boolean> {
  // A server that has just begun to listen may be too busy to answer; it is asked again.
  return fetch(`${url}/health`, { signal: AbortSignal.timeout(answerLimitMs) }).then(
    (response) => response.ok,
    () => false,
  );
}

async function stopServer(server: StartedServer): Promise<void> {
  if (hasEnded(server)) return;
  const gone = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  const late = setTimeout(() => server.process.kill('SIGKILL'), stopLimitMs);
  await gone;
  clearTimeout(late);
}

function hasEnded({ process: server }: StartedServer): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}
