import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { JobProgress } from './job.js';

interface JobEvent {
  jobId: string;
  seq: number;
  type: string;
  data: { status?: string; progress?: number; message?: string };
}

type Answer = { ok: boolean };
type Tell = (progress: JobProgress) => void;

const firstPollMs = 500;
const longestPollMs = 5000;
/** While events come, asking as well is for the case that they cease without a word. */
const livePollMs = 30_000;
const ends = ['completed', 'failed', 'cancelled'];

/** Tells how jobs go on, over one socket for all of them, which is there only while there is a job to follow. */
export class JobNews {
  private readonly follows = new Set<Follow>();
  private socket: Socket | undefined;

  constructor(
    private readonly baseUrl: string,
    private readonly apiKey: string,
  ) {}

  follow(jobId: string, tell: Tell): Follow {
    const follow = new Follow(jobId, tell, () => this.leave(follow));
    this.follows.add(follow);
    this.socket ??= this.open();
    if (this.socket.connected) subscribe(this.socket, follow);
    return follow;
  }

  private open(): Socket {
    const { origin, pathname } = new URL(this.baseUrl);
    const path = `${pathname.replace(/\/(v1\/*)?$/, '')}/socket.io`;
    const socket = io(origin, {
      path,
      auth: { token: this.apiKey },
      transports: ['websocket'],
      forceNew: true,
    });
    socket.on('connect', () => {
      for (const follow of this.follows) subscribe(socket, follow);
    });
    socket.on('disconnect', () => {
      for (const follow of this.follows) follow.isLive = false;
    });
    socket.on('event', (event: JobEvent) => {
      for (const follow of this.follows) if (follow.jobId === event.jobId) follow.take(event);
    });
    return socket;
  }

  private leave(follow: Follow): void {
    this.follows.delete(follow);
    const isFollowed = [...this.follows].some(({ jobId }) => jobId === follow.jobId);
    if (!isFollowed && this.socket?.connected) this.socket.emit('unsubscribe', { jobId: follow.jobId });
    if (this.follows.size > 0) return;
    this.socket?.close();
    this.socket = undefined;
  }
}

/** One wait for one job. */
export class Follow {
  isLive = false;
  lastSeq = 0;
  private readonly wake = new EventEmitter();
  private hasEnded = false;
  private pollMs = firstPollMs;

  constructor(
    readonly jobId: string,
    readonly tell: Tell,
    readonly close: () => void,
  ) {}

  take({ seq, type, data }: JobEvent): void {
    if (seq <= this.lastSeq) return;
    this.lastSeq = seq;
    if (type === 'progress' && data.progress !== undefined)
      this.tell({ progress: Math.min(Math.floor(data.progress * 100), 99), message: data.message ?? '' });
    if (type !== 'status' || !ends.includes(data.status ?? '')) return;
    this.hasEnded = true;
    this.wake.emit('news');
  }

  /** Resolves at the job's end where events tell of it, else after a while that grows. */
  async untilWorthAsking(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const over = new AbortController();
    const either = { signal: AbortSignal.any([signal, over.signal]) };
    const news = this.hasEnded ? Promise.resolve() : once(this.wake, 'news', either);
    try {
      await Promise.race([news, this.pause(either)]);
    } finally {
      over.abort();
      signal.throwIfAborted();
    }
  }

  private async pause(options: { signal: AbortSignal }): Promise<void> {
    const since = Date.now();
    const waitMs = this.pollMs;
    this.pollMs = Math.min(this.pollMs * 1.5, longestPollMs);
    do await delay(waitMs, undefined, options);
    while (this.isLive && Date.now() - since < livePollMs);
  }
}

function subscribe(socket: Socket, follow: Follow): void {
  const { jobId, lastSeq } = follow;
  socket.emit('subscribe', { jobId, lastSeq }, ({ ok }: Answer) => (follow.isLive = ok));
}
