import { EventEmitter } from 'node:events';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Failure, type FailureRecord } from '@atelier/sdk';
import type { ValueRef } from '../../engine/graph.js';
import type { Segment } from '../../engine/segment.js';
import type { Device } from '../../runtime/devices.js';
import type { Model } from '../../runtime/models/manifest.js';
import type { FromWorker, LoadedPlugin, WorkerSettings } from '../../worker/protocol.js';
import type { WatchLimits } from './watchdog.js';
import { WorkerProcess, type LostWorker, type WorkerLog, type WorkerState } from './worker-process.js';

export type { LostWorker } from './worker-process.js';

export interface WorkersOptions {
  devices: readonly Device[];
  /** the compiled `worker/main.js` */
  workerPath: string;
  /** `tempFolder` is divided among the workers. */
  settings: Omit<WorkerSettings, 'deviceId' | 'deviceKind' | 'memoryMiB' | 'excludedPlugins'>;
  /** Resident memory of a worker, MiB, beyond that of the models on its device: see `WatchLimits`. */
  memoryLimitMiB: number;
  /** Default 10 s: see `WatchLimits`. */
  silenceMs?: number;
  log: WorkerLog;
}

interface WorkersEvents {
  message: [deviceId: string, message: FromWorker];
  lost: [lost: LostWorker];
  available: [deviceId: string];
}

type Ready = Extract<FromWorker, { kind: 'ready' }>;

/** A worker that has not been ready yet. */
interface Start {
  losses: number;
  resolve(ready: Ready): void;
  reject(failure: Failure): void;
}

interface Question {
  deviceId: string;
  resolve(value: string | null): void;
  reject(failure: Failure): void;
}

const startsUntilGivenUp = 3;
const fingerprintMs = 30_000;

/** All worker processes of this server. */
export class Workers extends EventEmitter<WorkersEvents> {
  private readonly processes = new Map<string, WorkerProcess>();
  /** which plugin a starting worker is loading */
  private readonly loading = new Map<string, string>();
  private readonly excluded = new Set<string>();
  private readonly starts = new Map<string, Start>();
  private readonly questions = new Map<string, Question>();
  private found: LoadedPlugin[] = [];
  private models: readonly Model[] = [];
  private reported: FailureRecord[] = [];

  constructor(private readonly options: WorkersOptions) {
    super();
    for (const device of options.devices) this.processes.set(device.id, this.processOf(device));
  }

  get devices(): readonly Device[] {
    return this.options.devices;
  }

  /** The plugins that every worker has loaded. */
  get plugins(): readonly LoadedPlugin[] {
    return this.found;
  }

  /** Plugins that could not be loaded. */
  get problems(): readonly FailureRecord[] {
    return this.reported;
  }

  /**
   * Starts a process for each device and waits until all are ready.
   * @returns their plugins
   * @throws Failure `unavailable` when one does not start, `internal` when they do not find the same plugins
   */
  async start(): Promise<LoadedPlugin[]> {
    const ready = [...this.processes].map(([deviceId, worker]) => {
      worker.start();
      return new Promise<Ready>((resolve, reject) =>
        this.starts.set(deviceId, { losses: 0, resolve, reject }),
      );
    });
    try {
      const [first, ...others] = await Promise.all(ready);
      this.found = first?.plugins ?? [];
      this.reported = first?.problems ?? [];
      if (others.every(({ plugins }) => digestOf(plugins) === digestOf(this.found))) return this.found;
      throw new Failure('internal', 'The workers have found different plugins; start the server again.');
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  /** @throws Failure `unavailable` when the device's worker is not idle, `not-found` for an unknown device */
  run(deviceId: string, segment: Segment, loads: string[], evictions: string[]): void {
    const worker = this.worker(deviceId);
    if (worker.state !== 'idle') throw new Failure('unavailable', `The worker of ${deviceId} is not free.`);
    worker.run(segment, loads, evictions);
  }

  /** Ends a running segment; one that does not run is passed over. `failure` says why. */
  cancel(segmentId: string, failure: FailureRecord): void {
    for (const worker of this.processes.values()) if (worker.segmentId === segmentId) worker.cancel(failure);
  }

  /**
   * What a node says its result depends on beyond its inputs; null when it has nothing to say.
   * @throws Failure `unavailable` when no worker is ready or the one that was asked went away, `timeout` after 30 s, or what the
   * plugin threw
   */
  async fingerprint(type: string, version: number, inputs: Record<string, ValueRef>): Promise<string | null> {
    const ready = [...this.processes].filter(([, { state }]) => state === 'idle' || state === 'busy');
    const [deviceId, worker] = ready.find(([, { state }]) => state === 'idle') ?? ready[0] ?? [];
    if (deviceId === undefined || worker === undefined) {
      throw new Failure('unavailable', 'No worker is ready at the moment; try again.');
    }
    const requestId = randomUUID();
    const answer = new Promise<string | null>((resolve, reject) => {
      this.questions.set(requestId, { deviceId, resolve, reject });
    });
    const timer = setTimeout(() => this.questions.get(requestId)?.reject(noAnswer(type)), fingerprintMs);
    worker.send({ kind: 'fingerprint', requestId, type, version, inputs });
    return answer.finally(() => {
      clearTimeout(timer);
      this.questions.delete(requestId);
    });
  }

  /** What runs from now on has these models and no others. */
  install(models: readonly Model[]): void {
    this.models = models;
    for (const worker of this.processes.values()) worker.send({ kind: 'models', models });
  }

  /** Ends all processes: they are asked first and killed after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    await Promise.all([...this.processes.values()].map((worker) => worker.stop(graceMs)));
  }

  states(): { deviceId: string; state: WorkerState; pid: number | undefined; segmentId: string | null }[] {
    return [...this.processes].map(([deviceId, { state, pid, segmentId }]) => ({
      deviceId,
      state,
      pid,
      segmentId,
    }));
  }

  private processOf(device: Device): WorkerProcess {
    const { settings, workerPath, memoryLimitMiB, silenceMs = 10_000, log } = this.options;
    const tempFolder = path.join(settings.tempFolder, device.id.replace(':', '-'));
    const modelsMiB = device.kind === 'host' ? 0 : device.memoryMiB;
    const limits: WatchLimits = { silenceMs, memoryMiB: memoryLimitMiB + modelsMiB };
    const { id: deviceId, kind: deviceKind, memoryMiB } = device;
    const settingsNow = (): WorkerSettings => {
      return {
        ...settings,
        deviceId,
        deviceKind,
        memoryMiB,
        tempFolder,
        excludedPlugins: [...this.excluded],
      };
    };
    return new WorkerProcess(
      { workerPath, deviceId, limits, log, settings: settingsNow },
      {
        message: (message) => this.receive(deviceId, message),
        lost: (lost) => this.lose(lost),
        available: () => this.emit('available', deviceId),
      },
    );
  }

  private worker(deviceId: string): WorkerProcess {
    const worker = this.processes.get(deviceId);
    if (worker === undefined) throw new Failure('not-found', `There is no device ${deviceId}.`);
    return worker;
  }

  private receive(deviceId: string, message: FromWorker): void {
    if (message.kind === 'log')
      this.options.log(message.level, message.message, { ...message.fields, deviceId });
    if (message.kind === 'fingerprint') this.answer(message);
    if (message.kind === 'plugin-loading') this.loading.set(deviceId, message.plugin);
    if (message.kind === 'ready') this.greet(deviceId, message);
    this.emit('message', deviceId, message);
  }

  private answer({ requestId, value, failure }: Extract<FromWorker, { kind: 'fingerprint' }>): void {
    const question = this.questions.get(requestId);
    if (failure !== undefined) question?.reject(Failure.fromRecord(failure));
    else question?.resolve(value);
  }

  private greet(deviceId: string, ready: Ready): void {
    this.loading.delete(deviceId);
    this.starts.get(deviceId)?.resolve(ready);
    this.starts.delete(deviceId);
    this.worker(deviceId).send({ kind: 'models', models: this.models });
    if (this.found.length === 0 || digestOf(ready.plugins) === digestOf(this.found)) return;
    this.options.log('warn', 'Plugins have changed since the server was started; start it again', {
      deviceId,
    });
  }

  private lose(lost: LostWorker): void {
    for (const question of this.questions.values()) {
      if (question.deviceId !== lost.deviceId) continue;
      question.reject(
        new Failure('unavailable', 'The worker that was asked for a fingerprint has ended; try again.'),
      );
    }
    if (!lost.ownKill) this.holdAgainstStart(lost.deviceId);
    this.loading.delete(lost.deviceId);
    this.emit('lost', lost);
  }

  /** A plugin that was just being loaded is to blame, and left out from now on; else the worker itself does not start. */
  private holdAgainstStart(deviceId: string): void {
    const plugin = this.loading.get(deviceId);
    if (plugin !== undefined) this.excluded.add(plugin);
    const start = this.starts.get(deviceId);
    if (plugin !== undefined || start === undefined) return;
    start.losses++;
    if (start.losses === startsUntilGivenUp) start.reject(doesNotStart(deviceId));
  }
}

function digestOf(plugins: readonly LoadedPlugin[]): string {
  return plugins.map(({ id, digest }) => `${id} ${digest}`).join('\n');
}

function doesNotStart(deviceId: string): Failure {
  return new Failure('unavailable', `The worker of ${deviceId} does not start; the log says why.`);
}

function noAnswer(type: string): Failure {
  return new Failure('timeout', `The fingerprint of ${type} took longer than ${fingerprintMs / 1000} s.`);
}
