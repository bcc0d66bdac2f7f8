import type { OnnxSession, OpenOptions } from './onnx.js';
import type { FileRef, Image, Json, ModelRef } from './values.js';

export interface ProgressDetail {
  /** what is being done, as the user reads it */
  message?: string;
  /** a small picture of the work so far; previews are sent when there is room, never stored */
  preview?: Image;
}

export interface NodeLog {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
}

/** Blobs of the asset store. A blob that no result refers to is removed later. */
export interface NodeAssets {
  /** The whole blob in memory. Throws `not-found`. */
  read(file: FileRef): Promise<Uint8Array>;
  /** A read-only file on this machine that holds the blob, for libraries that want a path. Throws `not-found`. */
  path(file: FileRef): Promise<string>;
  /** Stores bytes, or takes over a finished file in `tempDir`. Throws `storage-full`. */
  write(content: Uint8Array | { path: string }, name: string): Promise<FileRef>;
}

/** What a model's manifest says of how it is used. */
export interface ModelFacts {
  /** such as `text-to-image`, `inpaint`, `upscale`, `control` */
  readonly capabilities: readonly string[];
  /** For inputs that are left out, by the name of the input: `width`, `steps`, `guidance_scale`, `scheduler` … */
  readonly defaults: Readonly<Record<string, Json>>;
  /** Of pictures, in pixels. */
  readonly limits: { readonly minSize?: number; readonly maxSize?: number; readonly multipleOf?: number };
  /** Its pictures are to be upscaled: so many times, with this model or whichever is there. */
  readonly upscale?: { readonly scale: number; readonly model?: string };
}

/** A model's files, as its manifest names them. */
export interface ModelFiles {
  readonly id: string;
  readonly family: string;
  readonly facts: ModelFacts;
  /** Where its files lie, for libraries that want a folder. */
  readonly folder: string;
  /** Paths of its files, relative to the folder, with `/`. */
  readonly names: readonly string[];
  /** The path of one of the model's files. Throws `model-invalid` when the manifest does not list it. */
  path(name: string): string;
  /**
   * Loads one of the model's files that is an ONNX graph, on the device that the node runs on.
   * Throws `model-invalid`, `out-of-memory` and `unavailable`.
   */
  open(name: string, options?: OpenOptions): Promise<OnnxSession>;
}

/** Something loaded from a model, held by the worker until the scheduler evicts the model. */
export interface LoadedModel<Value> {
  value: Value;
  /** Gives the memory back. */
  dispose(): void | Promise<void>;
}

export interface NodeModels {
  /**
   * The loaded part of a model, from memory when this worker holds it, else by calling `load` once.
   * `part` tells apart what is loaded from the same model. Throws `model-missing` and `model-invalid`.
   */
  use<Value>(
    model: ModelRef,
    part: string,
    load: (files: ModelFiles) => Promise<LoadedModel<Value>>,
  ): Promise<Value>;
}

/** Reproducible random numbers: the same seed gives the same numbers on every machine and in every version. */
export interface Random {
  /** uniform in [0, 1) with 53 bits */
  next(): number;
  /** a whole number, uniform in [0, bound); `bound` is a whole number from 1 to 2^53 − 1, else a RangeError is thrown */
  below(bound: number): number;
}

/** All that a node may know of its host. */
export interface RunContext {
  /** Aborted when the job is cancelled or the node has run out of time. A node that loops or waits should look at it. */
  readonly signal: AbortSignal;
  /** `fraction` of this node's work that is done, 0 to 1; it never runs backwards. */
  progress(fraction: number, detail?: ProgressDetail): void;
  readonly models: NodeModels;
  readonly assets: NodeAssets;
  random(seed: bigint | number): Random;
  readonly log: NodeLog;
  /** An empty folder of this run's own; it is removed afterwards. */
  readonly tempDir: string;
}
