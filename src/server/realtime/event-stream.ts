import type { ServerResponse } from 'node:http';
import { Failure } from '@atelier/sdk';
import type { FastifyReply } from 'fastify';
import type { JobEvent } from '../jobs/job-view.js';
import { type Feed, feed, type Reader } from './feed.js';
import { roomLimitBytes, slownessLimitMs } from './limits.js';

const heartbeatMs = 15_000;

/**
 * Writes a job's events as server-sent events until the job ends, the client leaves or `stopping` fires. A client that
 * already has the end gets 204, which keeps a browser's EventSource from asking again and again.
 */
export async function streamEvents(
  reply: FastifyReply,
  source: Feed & { hasEnded: boolean },
  stopping: AbortSignal,
): Promise<void> {
  const response = takeOver(reply);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const heartbeat = setInterval(() => open(response).write(':\n\n'), heartbeatMs);
  try {
    if (!source.hasEnded) open(response).flushHeaders();
    await feed(source, eventReader(response), AbortSignal.any([gone.signal, stopping]));
    if (!response.headersSent) response.writeHead(204);
    response.end();
  } finally {
    clearInterval(heartbeat);
  }
}

/** Fastify lets go of the response; what has been set for every answer goes along. */
function takeOver(reply: FastifyReply): ServerResponse {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.hijack();
  return reply.raw;
}

function eventReader(response: ServerResponse): Reader {
  return {
    event: (event) => {
      open(response).write(eventText(event));
      return response.writableLength < roomLimitBytes;
    },
    drained: () => drained(response),
  };
}

function open(response: ServerResponse): ServerResponse {
  if (response.headersSent) return response;
  return response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
}

function eventText(event: JobEvent): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(
      () => reject(new Failure('timeout', 'The reader is too slow.')),
      slownessLimitMs,
    );
    const done = (): void => {
      clearTimeout(giveUp);
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
}
