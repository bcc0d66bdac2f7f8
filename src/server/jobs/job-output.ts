import type { FailureRecord, FileRef, Json } from '@atelier/sdk';

/** An output of a job as callers see it: JSON, or a file. */
export type JobOutput =
  { kind: 'json'; value: Json } | { kind: 'file'; file: OutputFile } | { kind: 'list'; items: JobOutput[] };

/** A result, and the caller's file that refers to it. */
export interface OutputFile extends FileRef {
  fileId: string;
}

/** A node that failed while its pipeline says `onError: continue`. */
export interface JobWarning {
  nodeId: string;
  failure: FailureRecord;
}
