import { Failure } from '@atelier/sdk';

/** Every move a job may make. A status without moves is an end. */
const moves = {
  /** `running` directly: nothing has to be loaded. */
  queued: ['loading', 'running', 'failed', 'cancelled'],
  loading: ['running', 'failed', 'cancelled', 'interrupted'],
  running: ['completed', 'failed', 'cancelled', 'interrupted'],
  /** The server or a worker went away; the job waits to be queued again. */
  interrupted: ['queued', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
} as const;

export type JobStatus = keyof typeof moves;
export type TerminalStatus = 'completed' | 'failed' | 'cancelled';

export const jobStatuses = Object.keys(moves) as JobStatus[];

export function isTerminal(status: JobStatus): status is TerminalStatus {
  return moves[status].length === 0;
}

export function mayMove(from: JobStatus, to: JobStatus): boolean {
  return (moves[from] as readonly JobStatus[]).includes(to);
}

/** The one way from a status to another. Throws `conflict` for a move that the table does not have. */
export function move<To extends JobStatus>(from: JobStatus, to: To): To {
  if (mayMove(from, to)) return to;
  const reason = isTerminal(from) ? 'it has ended' : 'it is not that far';
  throw new Failure('conflict', `The job is ${from} and cannot become ${to}: ${reason}.`, { from, to });
}
