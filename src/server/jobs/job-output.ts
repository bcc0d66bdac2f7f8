import type { FailureRecord, FileRef, Json } from '@atelier/sdk';

/** An output of a job as callers see it: JSON, or a file. */
export type JobOutput =
  { kind: 'json'; value: Json } | { kind: 'file'; file: OutputFile } | { kind: 'list'; items: JobOutput[] };

/** A result, and the caller's file that refers to it. */
export interface OutputFile extends FileRef {
  fileId: string;
}

/** All files of a job's outputs, in the order of these. */
export function filesOf(outputs: Readonly<Record<string, JobOutput | null>>): OutputFile[] {
  return Object.values(outputs).flatMap(filesIn);
}

function filesIn(output: JobOutput | null): OutputFile[] {
  if (output === null || output.kind === 'json') return [];
  return output.kind === 'file' ? [output.file] : output.items.flatMap(filesIn);
}

/** A node that failed while its pipeline says `onError: continue`. */
export interface JobWarning {
  nodeId: string;
  failure: FailureRecord;
}
