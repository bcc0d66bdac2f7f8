import { setTimeout as delay } from 'node:timers/promises';
import type { TestServer } from '../harness/server.js';

export interface JobEvent {
  jobId: string;
  seq: number;
  /** ISO 8601 */
  at: string;
  type: 'status' | 'progress' | 'node';
  data: { status?: string; nodeId?: string; ms?: number; progress?: number };
}

const terminal = ['completed', 'failed', 'cancelled'];

export function isEnd({ type, data }: JobEvent): boolean {
  return type === 'status' && terminal.includes(data.status ?? '');
}

/**
 * Follows a job from its first event to its end, as a client does that comes back with the last number it has seen whenever the
 * connection breaks. The server may be another one each time.
 */
export async function followToEnd(
  server: Pick<TestServer, 'url' | 'key'>,
  jobId: string,
  limitMs = 60_000,
): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  const signal = AbortSignal.timeout(limitMs);
  while (!events.some(isEnd)) {
    if (signal.aborted) throw new Error(`The job has not ended: ${JSON.stringify(events.at(-1))}`);
    await readStream(server, jobId, events, signal).catch(() => undefined);
    await delay(20);
  }
  return events;
}

async function readStream(
  { url, key }: Pick<TestServer, 'url' | 'key'>,
  jobId: string,
  events: JobEvent[],
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(`${url}/v1/jobs/${jobId}/events`, {
    headers: { authorization: `Bearer ${key}`, 'last-event-id': String(events.at(-1)?.seq ?? 0) },
    signal,
  });
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const [, data] = /^data: (.*)$/m.exec(part) ?? [];
      if (data !== undefined) events.push(JSON.parse(data) as JobEvent);
    }
  }
}
