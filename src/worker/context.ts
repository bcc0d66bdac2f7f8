import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  createRandom,
  Failure,
  type FileRef,
  type Image,
  type NodeAssets,
  type NodeLog,
  type NodeModels,
  type ProgressDetail,
  type RunContext,
} from '@atelier/sdk';
import type { Assets, StoredAsset } from '../runtime/assets.js';
import { encodePreview } from '../runtime/images.js';
import { plainJson } from '../runtime/plain-json.js';
import type { FromWorker } from './protocol.js';

const progressEveryMs = 200;
const logLimit = 1000;

type Progress = Extract<FromWorker, { kind: 'node-progress' }>;

export interface ContextTools {
  assets: Assets;
  models: NodeModels;
  /** an unused path for this run's folder */
  tempFolder: string;
  signal: AbortSignal;
  progress(progress: Pick<Progress, 'fraction' | 'message' | 'preview'>): void;
  log(level: 'debug' | 'info' | 'warn', message: string, fields: Record<string, unknown>): void;
}

/** A node's view of its host, for one run. What the node does with it after the run is over has no effect. */
export class NodeContext implements RunContext {
  readonly signal: AbortSignal;
  readonly models: NodeModels;
  readonly assets: NodeAssets;
  readonly log: NodeLog;
  readonly random = createRandom;
  /** blobs that this run has put into the store */
  readonly written: StoredAsset[] = [];
  private hasFolder = false;
  private open = true;
  private fraction = 0;
  private due: NodeJS.Timeout | undefined;
  private detail: ProgressDetail = {};
  private reportedAt = -Infinity;
  private logged = 0;

  constructor(private readonly tools: ContextTools) {
    this.signal = tools.signal;
    this.models = { use: (model, part, load) => tools.models.use(model, part, load) };
    this.assets = {
      read: (file) => tools.assets.read(file.sha256),
      path: (file) => tools.assets.path(file.sha256),
      write: (content, name) => this.write(content, name),
    };
    this.log = {
      debug: (message, fields) => this.writeLog('debug', message, fields),
      info: (message, fields) => this.writeLog('info', message, fields),
      warn: (message, fields) => this.writeLog('warn', message, fields),
    };
  }

  /** Made when it is first asked for: few nodes want a folder. */
  get tempDir(): string {
    if (!this.hasFolder) mkdirSync(this.tools.tempFolder, { recursive: true });
    this.hasFolder = true;
    return this.tools.tempFolder;
  }

  /** At most five reports a second leave; of those in between the last one does. */
  readonly progress = (fraction: number, detail: ProgressDetail = {}): void => {
    if (!this.open) return;
    if (fraction > this.fraction) this.fraction = Math.min(fraction, 1);
    this.detail = {
      message: detail.message ?? this.detail.message,
      preview: detail.preview ?? this.detail.preview,
    };
    const waitMs = this.reportedAt + progressEveryMs - performance.now();
    if (waitMs <= 0) this.report();
    else this.due ??= setTimeout(() => this.report(), waitMs);
  };

  /** Ends the run's view and removes its folder. */
  async close(): Promise<void> {
    this.open = false;
    clearTimeout(this.due);
    if (this.hasFolder) await rm(this.tools.tempFolder, { recursive: true, force: true });
  }

  private report(): void {
    clearTimeout(this.due);
    this.due = undefined;
    this.reportedAt = performance.now();
    const { message, preview } = this.detail;
    this.detail = {};
    this.tools.progress({
      fraction: this.fraction,
      message: message === undefined ? undefined : String(message),
    });
    if (preview !== undefined) void this.reportPreview(preview);
  }

  private async reportPreview(image: Image): Promise<void> {
    try {
      const preview = await encodePreview(image);
      if (this.open) this.tools.progress({ fraction: this.fraction, preview });
    } catch {
      this.writeLog('warn', 'A preview could not be shown; it must be an image.');
    }
  }

  private async write(content: Uint8Array | { path: string }, name: string): Promise<FileRef> {
    if (!this.open) throw new Failure('cancelled', 'The node has ended, so it cannot store files.');
    if (!(content instanceof Uint8Array)) this.checkInside(content.path);
    const asset = await this.tools.assets.put(content);
    if (!(content instanceof Uint8Array)) await rm(content.path, { force: true });
    this.written.push(asset);
    return { ...asset, name: path.basename(name) };
  }

  private checkInside(file: string): void {
    const relative = path.relative(this.tempDir, path.resolve(file));
    if (relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative)) return;
    throw new Failure('invalid-input', 'Only files inside tempDir can be stored by their path.');
  }

  private writeLog(
    level: 'debug' | 'info' | 'warn',
    message: string,
    fields: Record<string, unknown> = {},
  ): void {
    this.logged++;
    if (this.logged > logLimit) return;
    this.tools.log(level, String(message), plainJson(fields));
    if (this.logged === logLimit)
      this.tools.log('warn', `The node has logged ${logLimit} lines; the rest is dropped.`, {});
  }
}
