import { createHash } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  LoadTimes,
  RunTimes as SegmentTimes,
  type LoadRecord,
  type Sums,
} from '../../engine/eta-learning.js';
import type { Segment } from '../../engine/segment.js';
import { Journal } from '../database/journal.js';
import { Workers } from '../devices/workers.js';

const firstGuessMs = 500;
/** Of a disk that reads half a gigabyte a second. */
const firstLoadGuessMsPerMiB = 2;
const saveEveryMs = 60_000;
/** Callers' own pipelines make kinds without end; what is beyond this many is not learnt. */
const longestMemory = 2000;

/** How long segments and loads take on this machine, learnt from those that ran and kept over restarts. Times in ms. */
@Injectable()
export class RunTimes implements OnApplicationBootstrap, OnModuleDestroy {
  private runs = new SegmentTimes();
  private loads = new LoadTimes();
  private readonly kinds = new Set<string>();
  private readonly deviceKinds: ReadonlyMap<string, string>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Journal) private readonly journal: Journal,
    @Inject(Workers) private readonly workers: Workers,
  ) {
    this.deviceKinds = new Map(workers.devices.map(({ id, kind }) => [id, kind]));
  }

  async onApplicationBootstrap(): Promise<void> {
    const rows: { key: string; value: string }[] = await this.journal.read.query(
      'SELECT key, value FROM run_times',
    );
    const saved = Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
    const runs = (saved['runs'] ?? {}) as Record<string, Sums>;
    for (const kind of Object.keys(runs)) this.kinds.add(kind);
    this.runs = new SegmentTimes(runs);
    this.loads = new LoadTimes((saved['loads'] ?? {}) as Record<string, LoadRecord>);
    this.workers.on('message', (deviceId, message) => {
      if (message.kind !== 'model-loaded') return;
      this.loads.observe(
        message.modelId,
        this.deviceKinds.get(deviceId) ?? '',
        message.memoryMiB,
        message.totalMs,
      );
    });
    this.timer = setInterval(() => void this.save().catch(() => undefined), saveEveryMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.save();
  }

  estimateMs(segment: Segment): number {
    return this.runs.estimate(kindOf(segment), segment.nodes.length) ?? firstGuessMs;
  }

  loadMs(modelId: string, deviceKind: string, memoryMiB: number): number {
    return this.loads.estimate(modelId, deviceKind, memoryMiB) ?? memoryMiB * firstLoadGuessMsPerMiB;
  }

  /** What the model was last seen to take on such a device; undefined before it was loaded there. */
  memoryMiB(modelId: string, deviceKind: string): number | undefined {
    return this.loads.memoryMiB(modelId, deviceKind);
  }

  ran(segment: Segment, ms: number): void {
    const kind = kindOf(segment);
    if (!this.kinds.has(kind) && this.kinds.size >= longestMemory) return;
    this.kinds.add(kind);
    this.runs.observe(kind, segment.nodes.length, ms);
  }

  private async save(): Promise<void> {
    const rows = { runs: this.runs.saved(), loads: this.loads.saved() };
    await this.journal.write(async (manager) => {
      for (const [key, value] of Object.entries(rows)) {
        await manager.query('INSERT OR REPLACE INTO run_times (key, value) VALUES (?, ?)', [
          key,
          JSON.stringify(value),
        ]);
      }
    });
  }
}

/** Segments of the same models and kinds of nodes take about as long a node. */
function kindOf({ target, models, nodes }: Segment): string {
  const types = [...new Set(nodes.map(({ type, version }) => `${type}@${version}`))].sort();
  return createHash('sha256')
    .update([target, ...models, ...types].join(' '))
    .digest('hex')
    .slice(0, 16);
}
