import { fork, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { childEnvironment } from '../../config.js';
import type { Beat, FromWorker, ToWorker } from '../../worker/protocol.js';
import { readLines } from './lines.js';

export interface ChildListener {
  message(message: FromWorker): void;
  beat(beat: Beat): void;
  /** a line that the process has printed */
  printed(line: string): void;
  /** The process is gone and nothing follows. `how` says how it ended. */
  exit(how: string): void;
}

const longestLine = 4000;
const longestBeat = 200;
/** What a process has sent may arrive after its end; a process of its own that keeps a pipe open may hold up the close. */
const closeGraceMs = 500;

/**
 * Blocks of this size and more go back to the system as soon as they are freed. Left to itself, glibc begins with the same size and
 * raises it: it then keeps the gigabytes of models that have been evicted, loading them again takes as much once more, and the tensors
 * of one picture after the other leave gaps that the next ones do not fill.
 */
const memorySettings = { MALLOC_MMAP_THRESHOLD_: String(2 ** 17) };

/** CUDA counts graphics cards by their speed unless it is told to count them as the driver does. */
const cardOrder = { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };

/** One worker process, from its start to its end. It leads a process group, so that what its plugins start ends with it. */
export class WorkerChild {
  private readonly process: ChildProcess;
  private ended = false;

  constructor(
    workerPath: string,
    private readonly listener: ChildListener,
  ) {
    this.process = fork(workerPath, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
      execArgv: [],
      env: childEnvironment({ ...memorySettings, ...cardOrder }),
      detached: true,
    });
    this.lowerPriority();
    this.listen();
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  send(message: ToWorker): void {
    if (this.process.connected) this.process.send(message, () => undefined);
  }

  kill(): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // The group is gone, or this system has none.
      this.process.kill('SIGKILL');
    }
  }

  private listen(): void {
    const { listener } = this;
    const { stdio } = this.process;
    readLines(stdio[1] as Readable, longestLine, listener.printed);
    readLines(stdio[2] as Readable, longestLine, listener.printed);
    readLines(stdio[4] as Readable, longestBeat, (line) => readBeat(line, listener));
    this.process.on('message', (messages: FromWorker[]) => messages.forEach(listener.message));
    this.process.on('close', (code, signal) => this.end(signal ?? `exit code ${code}`));
    this.process.on('exit', (code, signal) => {
      setTimeout(() => this.end(signal ?? `exit code ${code}`), closeGraceMs).unref();
    });
    this.process.on('error', (error) => {
      if (this.pid === undefined) this.end(error.message);
    });
  }

  private end(how: string): void {
    if (this.ended) return;
    this.ended = true;
    // Nothing that it has started outlives it.
    this.kill();
    this.listener.exit(how);
  }

  /** The server's answers come first. */
  private lowerPriority(): void {
    try {
      if (this.pid !== undefined) setPriority(this.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended already, which is reported in its own way.
    }
  }
}

/** Code in the worker may write to any descriptor; what is no beat counts as none. */
function readBeat(line: string, listener: ChildListener): void {
  try {
    listener.beat(JSON.parse(line) as Beat);
  } catch {
    // The watchdog notices that beats are missing.
  }
}
