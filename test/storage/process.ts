import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const root = path.resolve(import.meta.dirname, '../..');

/** A process of its own that runs a script (on the compiled product) of `processes/`, and the lines it has printed. */
export class Script {
  readonly lines: string[] = [];
  private readonly child: ChildProcessByStdio<null, Readable, null>;
  private readonly ended: Promise<unknown>;

  /** @param wrapper a command that runs the script's process, such as `unshare` with its arguments */
  constructor(name: string, args: string[], wrapper: string[] = []) {
    const script = path.join(root, 'test/storage/processes', `${name}.mjs`);
    const [command, ...rest] = [...wrapper, process.execPath, script, ...args];
    this.child = spawn(command!, rest, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface(this.child.stdout).on('line', (line) => this.lines.push(line));
    this.ended = once(this.child, 'close');
  }

  /** Resolves once the script has printed `count` lines or has ended. */
  async printed(count: number): Promise<void> {
    while (this.lines.length < count && this.child.exitCode === null) {
      await Promise.race([once(this.child.stdout, 'data'), this.ended]);
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** @returns the exit code */
  async end(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }
}
