import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Json } from '@atelier/sdk';
import type { JobStatus } from '../../engine/job-state.js';
import type { JobEvent } from '../../server/jobs/job-view.js';
import { Jobs } from '../../server/jobs/jobs.service.js';
import type { RawSocket } from '../../server/realtime/raw-socket.js';
import { RawSockets } from '../../server/realtime/raw-sockets.js';

export interface ProgressMessage {
  type: 'progress';
  taskId: string;
  /** percent */
  progress: number;
  status: 'queued' | 'generating' | 'completed' | 'failed';
}

interface Task {
  accountId: string;
  last: ProgressMessage;
}

/** Tells every socket at `/ws/generation` how far the generations of its account are; nobody has to ask for one. */
@Injectable()
export class GenerationProgress implements OnModuleInit {
  private readonly listeners = new Map<RawSocket, string>();
  /** generations that have not ended: who connects late gets the last message of each */
  private readonly tasks = new Map<string, Task>();

  constructor(
    @Inject(RawSockets) private readonly sockets: RawSockets,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.sockets.serve({
      path: '/ws/generation',
      access: 'local',
      scope: 'read',
      open: (socket, { caller }) => this.listen(socket, caller.accountId),
    });
  }

  /** Shows a job from now on, until `end` says how it ended. */
  begin(accountId: string, taskId: string): void {
    this.tasks.set(taskId, { accountId, last: messageOf(taskId, 0, 'queued') });
    this.tell(taskId, 0, 'queued');
    const listener = { event: (event: JobEvent) => this.follow(event), end: () => undefined };
    // A job that cannot be followed still ends, and that is told.
    this.jobs.follow(accountId, taskId, 0, listener).catch(() => undefined);
  }

  /** Comes after the picture is in the history, so that a listener finds it there. */
  end(taskId: string, isDone: boolean): void {
    const reached = this.tasks.get(taskId)?.last.progress ?? 0;
    this.tell(taskId, isDone ? 100 : reached, isDone ? 'completed' : 'failed');
    this.tasks.delete(taskId);
  }

  private listen(socket: RawSocket, accountId: string) {
    this.listeners.set(socket, accountId);
    socket.closed.addEventListener('abort', () => this.listeners.delete(socket), { once: true });
    for (const task of this.tasks.values()) if (task.accountId === accountId) socket.send(task.last);
    // The document has nothing that a client could send.
    return { message: () => undefined, malformed: () => undefined };
  }

  private follow({ jobId, type, data }: JobEvent): void {
    const { status, progress } = data as { status?: Json; progress?: Json };
    const starts = type === 'status' && working.has(status as JobStatus);
    const percent = Math.min(99, Math.floor(Number(progress) * 100));
    if (starts || type === 'progress') this.tell(jobId, percent, 'generating');
  }

  private tell(taskId: string, progress: number, status: ProgressMessage['status']): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) return;
    const { last } = task;
    const isNews = progress > last.progress || status !== last.status;
    if (!isNews && status !== 'queued') return;
    task.last = messageOf(taskId, Math.max(progress, last.progress), status);
    for (const [socket, accountId] of this.listeners) {
      if (accountId !== task.accountId) continue;
      if (status === 'generating') socket.offer(task.last);
      else socket.send(task.last);
    }
  }
}

const working: ReadonlySet<JobStatus> = new Set(['loading', 'running']);

function messageOf(taskId: string, progress: number, status: ProgressMessage['status']): ProgressMessage {
  return { type: 'progress', taskId, progress, status };
}
