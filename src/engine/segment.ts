import type { ValueRef } from './graph.js';

/** Where the value of an input of a running node comes from; of a node of the segment there may turn out to be none. */
export type SegmentBinding =
  | { kind: 'ref'; ref: ValueRef }
  | { kind: 'local'; node: string; output: string }
  | { kind: 'list'; items: SegmentBinding[] };

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
  /** Its models do not fit whole: each node has the parts that it uses loaded, and those of the nodes before it leave. */
  turns: boolean;
  /** in topological order */
  nodes: SegmentNode[];
}

/** How many nodes of a segment run at the same time, at most. What is on an accelerator has its memory for itself. */
export const overlap: Readonly<Record<Segment['target'], number>> = { host: 8, accelerator: 1 };
