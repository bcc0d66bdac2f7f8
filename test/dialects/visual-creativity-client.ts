import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../harness/api.js';
import type { TestServer } from '../harness/server.js';

export interface Generation {
  id: string;
  status: 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled';
  url: string;
  metadata: { resolution: string; format: string; generation_time: number };
}

export interface Status extends Generation {
  progress: number;
  eta: number | null;
  error?: { code: number; message: string };
}

export interface Refused {
  error: {
    code: number;
    message: string;
    details: { field?: string; reason: string; problems?: unknown[] };
  };
}

/** A scene whose picture is quick to make. */
export const scene = { subjects: [{ type: 'lake' }], resolution: '64x64' };

/** Asks until the generation has ended. */
export async function untilDone(
  server: Pick<TestServer, 'url' | 'key'>,
  id: string,
  limitMs = 60_000,
): Promise<Status> {
  const endsAt = performance.now() + limitMs;
  for (;;) {
    const { body } = await call<Status>(server, 'GET', `/v1/generate/status/${id}`);
    if (!['queued', 'processing'].includes(body.status)) return body;
    if (performance.now() > endsAt) throw new Error(`It has not ended: ${JSON.stringify(body)}`);
    await delay(30);
  }
}
