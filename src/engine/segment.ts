import type { ValueRef } from './graph.js';

/** Where the value of an input of a running node comes from. */
export type SegmentBinding =
  | { kind: 'ref'; ref: ValueRef }
  | { kind: 'local'; node: string; output: string; at?: number }
  | { kind: 'list'; items: SegmentBinding[] }
  | { kind: 'first'; options: SegmentBinding[] }
  /** The node that should have given it was skipped or failed with `onError: continue`. */
  | { kind: 'absent' };

export interface SegmentNode {
  id: string;
  type: string;
  version: number;
  inputs: Record<string, SegmentBinding>;
  /** Hex SHA-256, or null for a node whose results are never reused. */
  cacheKey: string | null;
  /** Outputs that something outside the segment needs: they must be stored. */
  exports: string[];
  retry: { attempts: number; delayMs: number };
  timeoutMs: number;
  onError: 'fail' | 'continue';
}

/** A convex part of a job's graph that runs on one device with one set of models. */
export interface Segment {
  /** Unique among the segments of all jobs and attempts; made of the job's id and a digest of the node ids. */
  id: string;
  jobId: string;
  target: 'host' | 'accelerator';
  /** ids of the models that must be resident, sorted */
  models: string[];
  workingMiB: number;
  /** in topological order */
  nodes: SegmentNode[];
}

/** How many nodes of a segment run at the same time, at most. What is on an accelerator has its memory for itself. */
export const overlap: Readonly<Record<Segment['target'], number>> = { host: 8, accelerator: 1 };
