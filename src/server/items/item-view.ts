import type { FileView } from '../files/file-view.js';

/** A job's result as its owner sees it. `createdAt` is ISO 8601. */
export interface ItemView {
  id: string;
  projectId: string | null;
  jobId: string;
  /** the tool's or pipeline's id */
  tool: string;
  /** what it is, such as `logo` */
  type: string;
  name: string;
  /** at least one, in the order in which the pipeline names its outputs */
  files: FileView[];
  createdAt: string;
}

/** A job gives one item, so the one id says the other. */
export function itemIdOf(jobId: string): string {
  return jobId.replace(/^job_/, 'item_');
}
