export interface AcceptedJob {
  id: string;
  job_id: string;
  status: 'processing';
  /** Seconds */
  estimated_time: number | null;
}

export interface JobResult {
  /** What the files are together; null without files */
  item_id: string | null;
  /** The first file; works without a key for 24 hours */
  url: string | null;
  formats: string[];
  outputs: Record<string, unknown>;
}

interface JobError {
  code: string;
  message: string;
  details: Record<string, unknown>;
}

interface JobFields {
  id: string;
  job_id: string;
  state: string;
  pipeline: string;
  project_id: string | null;
  inputs: Record<string, unknown>;
  warnings: (JobError & { node: string })[];
  /** 0 to 100 */
  progress: number;
  retry_of: string | null;
  created_at: string;
  started_at: string | null;
}

interface EndedFields extends JobFields {
  credits_used: number;
  completed_at: string | null;
}

interface ProcessingJob extends JobFields {
  status: 'processing';
  message: string;
  /** 1 = next; null once it has started */
  queue_position: number | null;
  estimated_time: number | null;
}

export type Job =
  | ProcessingJob
  | (EndedFields & { status: 'completed'; result: JobResult })
  | (EndedFields & { status: 'failed'; error: JobError })
  | (EndedFields & { status: 'cancelled' });

export interface JobProgress {
  /** 0 to 100 */
  progress: number;
  message: string;
}
