import type { FailureRecord, Json } from '@atelier/sdk';
import type { EntityManager } from 'typeorm';
import type { JobStatus } from '../../engine/job-state.js';
import type { Eta } from './job-eta.js';
import { itemIdOf } from '../items/item-view.js';
import { filesOf, type JobOutput, type JobWarning } from './job-output.js';
import type { Job } from './job.entity.js';

/** A job as its owner sees it. Times are ISO 8601. */
export interface JobView {
  id: string;
  /** the pipeline's or tool's id */
  pipeline: string;
  projectId: string | null;
  status: JobStatus;
  /** 0 to 1; never runs backwards */
  progress: number;
  message: string;
  /** 1 = next; null once started */
  queuePosition: number | null;
  /** when it should end; null when it has ended or no device is there to run it */
  eta: Eta | null;
  /** with defaults filled in and seeds drawn */
  inputs: Record<string, Json>;
  /** an output whose node was skipped is null */
  outputs: Record<string, JobOutput | null> | null;
  /** what its files are called together; null without any, and for a job that was bound to a connection */
  itemId: string | null;
  failure: FailureRecord | null;
  warnings: JobWarning[];
  credits: number;
  retryOf: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

export function viewOf(job: Job, queuePosition: number | null, eta: Eta | null): JobView {
  return {
    id: job.id,
    pipeline: job.pipelineId,
    projectId: job.projectId,
    status: job.status,
    progress: job.progress,
    message: job.message,
    queuePosition,
    eta,
    inputs: job.inputs,
    outputs: job.outputs,
    itemId: job.bound || filesOf(job.outputs ?? {}).length === 0 ? null : itemIdOf(job.id),
    failure: job.failure,
    warnings: job.warnings,
    credits: job.credits,
    retryOf: job.retryOf,
    createdAt: new Date(job.createdAt).toISOString(),
    startedAt: timeOf(job.startedAt),
    endedAt: timeOf(job.endedAt),
  };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

export type JobEventType = 'status' | 'progress' | 'node';

/** One line of a job's history. `seq` counts from 1 without gaps. */
export interface JobEvent {
  jobId: string;
  seq: number;
  at: string;
  type: JobEventType;
  data: Json;
}

/** How far a job is: the data of its `progress` events. Fractions go from 0 to 1. */
export interface JobAdvance {
  progress: number;
  message: string;
  /** of the nodes on a device, by id */
  nodes: Record<string, number>;
  /** of the last node that works in steps, such as the sampler of a diffusion model */
  steps?: { done: number; of: number };
}

/** A picture of work in progress: shown when there is room, never stored. */
export interface JobPreview {
  jobId: string;
  nodeId: string;
  mediaType: 'image/webp';
  /** at most 16 kB */
  data: Uint8Array;
}

export interface SubmitRequest {
  accountId: string;
  /** a shipped or own pipeline's id, or a document to run once */
  pipeline: string | Record<string, Json>;
  inputs: Record<string, Json>;
  /** names of outputs; left out: all */
  outputs?: string[];
  sandbox: boolean;
  /** higher weight, larger share of the devices */
  weight: number;
  projectId?: string;
  /** Its caller waits for it on an open connection, so it is not taken up again after the server has ended. */
  bound?: boolean;
  /** belongs to the unit of work that accepts the job: both are stored, or neither is */
  alongside?: (manager: EntityManager, jobId: string) => Promise<void>;
}
