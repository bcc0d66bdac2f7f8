import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Json } from '@atelier/sdk';
import type { Segment, SegmentBinding, SegmentNode } from '../../src/engine/segment.js';
import { Assets } from '../../src/runtime/assets.js';
import { ModelFolders } from '../../src/runtime/models/model-folders.js';
import { Workers, type LostWorker, type WorkersOptions } from '../../src/server/devices/workers.js';
import type { FromWorker } from '../../src/worker/protocol.js';

const root = path.resolve(import.meta.dirname, '../..');

export const workerPath = path.join(root, 'dist/worker/main.js');
export const testPlugins = path.join(root, 'test/plugins');

type Of<Kind extends FromWorker['kind']> = Extract<FromWorker, { kind: Kind }>;

/** What became of a segment: its end, or the loss of its worker, and everything that was said before. */
export interface Course {
  messages: FromWorker[];
  ended?: Of<'segment-ended'>;
  lost?: LostWorker;
  /** from the start of the segment, ms */
  ms: number;
  done(nodeId: string): Of<'node-done'> | undefined;
  failed(nodeId: string): Of<'node-failed'> | undefined;
  /** from the start of the node to its last failure, ms */
  failedAfterMs(nodeId: string): number;
}

export interface FleetOptions extends Partial<Omit<WorkersOptions, 'settings'>> {
  pluginFolders?: string[];
  /** Fills the folder before the workers start. */
  prepare?(folder: string): Promise<void>;
}

export interface LogLine {
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

/** Real worker processes on a folder of their own. */
export class Fleet {
  private segments = 0;

  private constructor(
    readonly folder: string,
    readonly workers: Workers,
    readonly log: LogLine[],
  ) {}

  static async start({ pluginFolders, prepare, ...options }: FleetOptions = {}): Promise<Fleet> {
    const folder = await mkdtemp(path.join(tmpdir(), 'atelier-workers-'));
    await prepare?.(folder);
    const log: LogLine[] = [];
    const workers = new Workers({
      devices: [{ id: 'host:0', kind: 'host', memoryMiB: 1000 }],
      workerPath,
      memoryLimitMiB: 4096,
      settings: {
        pluginFolders: pluginFolders ?? [testPlugins],
        assetFolder: path.join(folder, 'assets'),
        tempFolder: path.join(folder, 'temp'),
        cacheFolder: path.join(root, 'node_modules/.cache/atelier-plugins'),
        pixelLimit: 100_000_000,
      },
      log: (level, message, fields) => void log.push({ level, message, fields }),
      ...options,
    });
    const models = new ModelFolders([path.join(folder, 'models')]);
    await models.read();
    workers.install(models.models);
    const fleet = new Fleet(folder, workers, log);
    await workers.start();
    return fleet;
  }

  get assets(): Assets {
    return new Assets(path.join(this.folder, 'assets'));
  }

  /** Starts a segment once its worker is free and waits for what becomes of it. `during` sees each message as it comes. */
  async run(
    nodes: SegmentNode[],
    { during, deviceId = 'host:0', ...rest }: RunOptions = {},
  ): Promise<Course> {
    await this.available(deviceId);
    const segment = segmentOf(`segment-${this.segments++}`, nodes, rest);
    const course = this.follow(segment.id, during);
    this.workers.run(deviceId, segment, rest.loads ?? segment.models, rest.evictions ?? []);
    return course;
  }

  /** Waits until the device's worker is idle. */
  async available(deviceId = 'host:0'): Promise<void> {
    const idle = (): boolean =>
      this.workers.states().some((each) => each.deviceId === deviceId && each.state === 'idle');
    while (!idle()) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  pid(deviceId = 'host:0'): number {
    return this.workers.states().find((each) => each.deviceId === deviceId)?.pid as number;
  }

  async stop(): Promise<void> {
    await this.workers.stop(2000);
    await rm(this.folder, { recursive: true, force: true });
  }

  private follow(segmentId: string, during?: RunOptions['during']): Promise<Course> {
    const startedAt = performance.now();
    const messages: FromWorker[] = [];
    const heardAt = new Map<FromWorker, number>();
    const course = (end: Partial<Course>): Course => ({
      messages,
      ms: performance.now() - startedAt,
      done: (id) =>
        messages.find((said): said is Of<'node-done'> => said.kind === 'node-done' && said.nodeId === id),
      failed: (id) =>
        messages.findLast(
          (said): said is Of<'node-failed'> => said.kind === 'node-failed' && said.nodeId === id,
        ),
      failedAfterMs: (id) => {
        const moments = messages
          .filter((said) => 'nodeId' in said && said.nodeId === id)
          .map((said) => heardAt.get(said) ?? NaN);
        return (moments.at(-1) as number) - (moments[0] as number);
      },
      ...end,
    });
    return new Promise((resolve) => {
      const hear = (_: string, message: FromWorker): void => {
        messages.push(message);
        heardAt.set(message, performance.now());
        during?.(message, segmentId);
        if (message.kind === 'segment-ended' && message.segmentId === segmentId) settle({ ended: message });
      };
      const lose = (lost: LostWorker): void => {
        if (lost.segmentId === segmentId) settle({ lost });
      };
      const settle = (end: Partial<Course>): void => {
        this.workers.off('message', hear).off('lost', lose);
        resolve(course(end));
      };
      this.workers.on('message', hear).on('lost', lose);
    });
  }
}

export interface RunOptions extends Partial<Omit<Segment, 'id' | 'nodes'>> {
  deviceId?: string;
  loads?: string[];
  evictions?: string[];
  during?(message: FromWorker, segmentId: string): void;
}

export function segmentOf(
  id: string,
  nodes: SegmentNode[],
  { models = [], target = 'host', turns = false }: RunOptions = {},
): Segment {
  return { id, jobId: 'job', target, models, workingMiB: 0, turns, nodes };
}

/** A node of a segment; JSON among its inputs stands for itself. */
export function node(
  id: string,
  type: string,
  inputs: Record<string, SegmentBinding | Json> = {},
  rest: Partial<SegmentNode> = {},
): SegmentNode {
  return {
    id,
    type,
    version: 1,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, given]) => [name, bindingOf(given)])),
    cacheKey: null,
    exports: [],
    retry: { attempts: 1, delayMs: 0 },
    timeoutMs: 20_000,
    onError: 'fail',
    ...rest,
  };
}

export function local(nodeId: string, output: string): SegmentBinding {
  return { kind: 'local', node: nodeId, output };
}

function bindingOf(given: SegmentBinding | Json): SegmentBinding {
  const isBinding = typeof given === 'object' && given !== null && 'kind' in given;
  return isBinding
    ? (given as SegmentBinding)
    : { kind: 'ref', ref: { kind: 'inline', value: given as Json } };
}
