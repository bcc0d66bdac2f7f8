import { Failure } from '@atelier/sdk';
import type { FastifyReply } from 'fastify';

/**
 * Fires when nobody waits for the answer any more, with the Failure that says why as its reason: the client has gone, or the
 * server is stopping. Firing after the answer has been sent means nothing.
 */
export function departure({ raw }: Pick<FastifyReply, 'raw'>, stopping: AbortSignal): AbortSignal {
  const departing = new AbortController();
  const stop = (): void => departing.abort(serverStops());
  const leave = (): void => {
    stopping.removeEventListener('abort', stop);
    departing.abort(new Failure('cancelled', 'The caller has gone.'));
  };
  if (stopping.aborted) stop();
  stopping.addEventListener('abort', stop, { once: true });
  if (raw.closed) leave();
  else raw.once('close', leave);
  return departing.signal;
}

/** What everyone is told who waits when the server ends. */
export function serverStops(): Failure {
  return new Failure('unavailable', 'The server is stopping; try again in a moment.');
}
