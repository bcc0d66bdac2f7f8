import { io, type Socket } from 'socket.io-client';
import { isTerminal, type JobStatus } from '../engine/job-state.js';
import type { JobEvent } from '../server/jobs/job-view.js';
import type { Access } from './client.js';
import { CommandError } from './command-error.js';

/** How long a server may be away before it counts as gone. */
const patienceMs = 30_000;

type Answer = { ok: true } | { ok: false; error: { message: string } };

/**
 * Hands out a job's events in order, each once, until the job has ended. A connection that breaks is taken up again where
 * it broke.
 * @throws CommandError when the server refuses or stays away
 */
export function followJob(
  { url, key }: Access,
  jobId: string,
  onEvent: (event: JobEvent) => void,
): Promise<void> {
  const socket = io(url, { auth: { token: key }, transports: ['websocket'], reconnectionDelayMax: 1000 });
  let lastSeq = 0;
  let absence: NodeJS.Timeout | undefined;
  return new Promise<void>((resolve, reject) => {
    const fail = (message: string): void => reject(new CommandError(message));
    const gone = (): void =>
      fail(`The Atelier server at ${url} went away; the job ${jobId} goes on when it is started again.`);
    const wait = (): void => void (absence ??= setTimeout(gone, patienceMs));

    socket.on('connect', () => {
      clearTimeout(absence);
      absence = undefined;
      socket.emit('subscribe', { jobId, lastSeq }, (answer: Answer) => {
        if (!answer.ok) fail(answer.error.message);
      });
    });
    socket.on('event', (event: JobEvent) => {
      if (event.jobId !== jobId || event.seq <= lastSeq) return;
      lastSeq = event.seq;
      onEvent(event);
      if (ends(event)) resolve();
    });
    socket.on('connect_error', (error: Error & { data?: unknown }) => {
      // Only a server that has refused sends data; everything else may pass.
      if (error.data !== undefined) fail(error.message);
      else wait();
    });
    socket.on('disconnect', (reason) => {
      wait();
      if (reason === 'io server disconnect') reconnect(socket);
    });
  }).finally(() => {
    // Closing is a disconnect too, and nobody is to wait for the end of that.
    socket.off('disconnect');
    socket.close();
    clearTimeout(absence);
  });
}

/** A server that has closed the connection itself is not called again by socket.io. */
function reconnect(socket: Socket): void {
  setTimeout(() => socket.connect(), 500).unref();
}

function ends({ type, data }: JobEvent): boolean {
  return type === 'status' && isTerminal((data as { status: JobStatus }).status);
}
