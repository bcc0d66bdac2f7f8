import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Place {
  /** the ATELIER_HOME */
  home: string;
  /** the folder that the command is typed in; left out, the checkout */
  cwd?: string;
  env?: Record<string, string>;
  /** It is ended after this, so that a test which it would hang in shows what it has said. */
  limitMs?: number;
}

/** A command that is running. */
export interface Typed {
  process: ChildProcess;
  /** what it has written to stdout and stderr so far */
  output(): string;
  ended: Promise<Outcome>;
}

/** Types `atelier …`. */
export function start(args: string[], place: Place): Typed {
  return launch(process.execPath, [path.join(root, 'bin/atelier.js'), ...args], place);
}

/** Types `atelier …` and waits for its end. */
export function atelier(args: string[], place: Place): Promise<Outcome> {
  return start(args, place).ended;
}

/** Types lines into a shell, which stops at the first that fails. */
export function shell(script: string, place: Place): Promise<Outcome> {
  return launch('bash', ['-euo', 'pipefail', '-c', script], place).ended;
}

/** The last line of a text: where a command's answer for scripts is. */
export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function launch(
  program: string,
  args: string[],
  { home, cwd = root, env = {}, limitMs = 170_000 }: Place,
): Typed {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ATELIER_HOME: home, ATELIER_CPU_WORKERS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs).unref();
  const ended = once(child, 'close').then(([code]) => {
    clearTimeout(limit);
    return { code: code as number | null, stdout, stderr };
  });
  return { process: child, output: () => stdout + stderr, ended };
}
