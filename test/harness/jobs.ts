import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from './api.js';
import type { TestServer } from './server.js';

/** Plugins whose nodes wait, count, throw, hang and die. */
export const testPlugins = fileURLToPath(new URL('../plugins', import.meta.url));

type Access = Pick<TestServer, 'url' | 'key'>;

export interface JobAnswer {
  job_id: string;
  status: 'processing' | 'completed' | 'failed' | 'cancelled';
  state: string;
  progress: number;
  result?: {
    item_id: string | null;
    url: string | null;
    formats: string[];
    outputs: Record<string, unknown>;
  };
  error?: { code: string; message: string; details: Record<string, unknown> };
  credits_used?: number;
}

let submitted = 0;

/** Submits a job whose one node reports progress `to` times and a few more: no two jobs are the same. Gives its id. */
export async function submitCounting(server: Access, to: number, everyMs = 5): Promise<string> {
  const pipeline = {
    id: 'counting',
    version: '1.0.0',
    title: 'Counting',
    inputs: { to: { type: 'integer' } },
    nodes: { count: { use: 'steady.count', with: { to: { input: 'to' }, everyMs } } },
    outputs: { counted: { from: 'count.counted' } },
  };
  const { status, body } = await call<JobAnswer>(server, 'POST', '/v1/jobs', {
    body: { pipeline, inputs: { to: to + submitted++ } },
  });
  if (status !== 202) throw new Error(`The job was not accepted: ${JSON.stringify(body)}`);
  return body.job_id;
}

/** Asks until the job has ended. */
export async function untilEnded(server: Access, jobId: string, limitMs = 60_000): Promise<JobAnswer> {
  const endsAt = performance.now() + limitMs;
  for (;;) {
    const { body } = await call<JobAnswer>(server, 'GET', `/v1/jobs/${jobId}`);
    if (body.status !== 'processing') return body;
    if (performance.now() > endsAt) throw new Error(`The job has not ended: ${JSON.stringify(body)}`);
    await delay(50);
  }
}
