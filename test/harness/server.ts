import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ServerOptions {
  /** further environment variables */
  env?: Record<string, string>;
  /** left out: a new folder, removed by `stop` */
  home?: string;
  /** further plugin folders */
  plugins?: string[];
}

/** A real server in a process of its own, on a free port and no other unless `env` asks for `auto` ones. */
export interface TestServer {
  /** changes with `restart` */
  url: string;
  /** where the clients of a dialect find it, as the welcome says; throws where that is switched off */
  urlOf(dialect: 'flux-krea' | 'visualizr'): string;
  /** the owner's key */
  key: string;
  home: string;
  process: ChildProcess;
  /** what it has written to stdout and stderr since it was started */
  output(): string;
  /** Sends SIGTERM and removes a home of its own. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Sends SIGKILL; the home stays. */
  kill(): Promise<void>;
  /** Starts it again on the same home; stops it before, if it still runs. */
  restart(): Promise<void>;
}

/** The compiled command line; `npm test` builds it first. */
export const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const startLimitMs = 60_000;

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const home = options.home ?? (await mkdtemp(path.join(os.tmpdir(), 'atelier-test-')));
  let running = await launch(home, options);
  const server: TestServer = {
    url: running.url,
    key: (await readFile(path.join(home, 'owner.key'), 'utf8')).trim(),
    home,
    process: running.process,
    output: () => running.output(),
    urlOf(dialect) {
      const [, url] = new RegExp(`^ +${dialect} +(http:\\S+)$`, 'm').exec(running.output()) ?? [];
      if (url === undefined) throw new Error(`The server has no listener for ${dialect}.`);
      return url;
    },
    async stop() {
      const code = await end(running.process, 'SIGTERM');
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
      return code;
    },
    async kill() {
      await end(running.process, 'SIGKILL');
    },
    async restart() {
      await end(running.process, 'SIGTERM');
      running = await launch(home, options);
      server.url = running.url;
      server.process = running.process;
    },
  };
  return server;
}

async function launch(home: string, { env, plugins = [] }: ServerOptions) {
  const child = spawn(process.execPath, [program, 'serve'], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      ATELIER_KREA_PORT: '0',
      ATELIER_VISUALIZR_PORT: '0',
      ATELIER_HOME: home,
      ATELIER_PLUGINS: plugins.join(path.delimiter),
      ATELIER_CPU_WORKERS: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (reason: string): void => reject(new Error(`The server ${reason}:\n${output}`));
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`did not start within ${startLimitMs} ms`);
    }, startLimitMs);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const [, ready] = /is ready: (http:\S+)/.exec(output) ?? [];
      if (ready === undefined) return;
      clearTimeout(limit);
      resolve(ready);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code, signal) => {
      clearTimeout(limit);
      fail(`ended with ${code ?? signal} before it was ready`);
    });
  });
  return { url, process: child, output: () => output };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
  return child.exitCode;
}
