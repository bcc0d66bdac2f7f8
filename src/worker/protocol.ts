import type { FailureRecord } from '@atelier/sdk';
import type { ValueRef } from '../engine/graph.js';
import type { Segment } from '../engine/segment.js';
import type { StoredAsset } from '../runtime/assets.js';
import type { Model } from '../runtime/models/manifest.js';
import type { LoadedPlugin } from '../runtime/plugins.js';

export type { LoadedPlugin, StoredAsset };

/** What a worker is told when it starts. Folders are absolute. */
export interface WorkerSettings {
  deviceId: string;
  deviceKind: 'cuda' | 'webgpu' | 'cpu' | 'host';
  memoryMiB: number;
  pluginFolders: string[];
  /** Names of plugins that took a worker down while they were loaded: they are left out. */
  excludedPlugins: string[];
  assetFolder: string;
  /** Belongs to this worker alone, which empties it when it starts. */
  tempFolder: string;
  /** Compiled plugins and digests of models are kept here for the next start. */
  cacheFolder: string;
  /** Largest picture that is decoded, in pixels. */
  pixelLimit: number;
}

export type ToWorker =
  | { kind: 'start'; settings: WorkerSettings }
  | { kind: 'run'; segment: Segment; loads: string[]; evictions: string[] }
  | { kind: 'cancel'; segmentId: string; failure: FailureRecord }
  /** The models that are installed from now on: sent once a worker is ready, and when they have changed. */
  | { kind: 'models'; models: readonly Model[] }
  | {
      kind: 'fingerprint';
      requestId: string;
      type: string;
      version: number;
      inputs: Record<string, ValueRef>;
    }
  | { kind: 'stop' };

/** The worker sends these in arrays, in the order in which they came about. */
export type FromWorker =
  /** The module of this plugin is about to run. */
  | { kind: 'plugin-loading'; plugin: string }
  | { kind: 'ready'; plugins: LoadedPlugin[]; problems: FailureRecord[] }
  | { kind: 'node-started'; segmentId: string; nodeId: string; attempt: number }
  | {
      kind: 'node-progress';
      segmentId: string;
      nodeId: string;
      fraction: number;
      message?: string;
      /** a WebP picture, at most 16 kB */
      preview?: Uint8Array;
    }
  | {
      kind: 'node-done';
      segmentId: string;
      nodeId: string;
      ms: number;
      /** All outputs are stored (or inline), so the node need not be run again after a crash. */
      durable: boolean;
      outputs: Record<string, ValueRef>;
      assets: StoredAsset[];
    }
  | { kind: 'node-skipped'; segmentId: string; nodeId: string }
  | {
      kind: 'node-failed';
      segmentId: string;
      nodeId: string;
      attempt: number;
      failure: FailureRecord;
      final: boolean;
    }
  /** `ms` went into the parts that were loaded in this segment, `totalMs` into all that are there, which take `memoryMiB`. */
  | { kind: 'model-loaded'; modelId: string; ms: number; totalMs: number; memoryMiB: number }
  | {
      kind: 'segment-ended';
      segmentId: string;
      outcome: 'done' | 'failed' | 'cancelled';
      /** false: code of one of its nodes goes on although its time is up, or has damaged the process, which is to be replaced */
      reusable: boolean;
      /** resident memory of the process, MiB: the last beat may be older than what the segment has left behind */
      rssMiB: number;
    }
  | { kind: 'fingerprint'; requestId: string; value: string | null; failure?: FailureRecord }
  | { kind: 'log'; level: 'debug' | 'info' | 'warn'; message: string; fields: Record<string, unknown> };

/** Written every 250 ms by a thread of the worker to file descriptor 4, one JSON object a line. */
export interface Beat {
  /** counts up while the main thread answers */
  tick: number;
  /** the main thread is inside a native call that may take this much longer, in ms; below 0 when it may not; 0 outside one */
  nativeMs: number;
  /** resident memory of the process, MiB */
  rssMiB: number;
}
