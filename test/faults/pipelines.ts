import { call } from '../harness/api.js';
import { type JobAnswer, untilEnded } from '../harness/jobs.js';
import type { TestServer } from '../harness/server.js';

type Access = Pick<TestServer, 'url' | 'key'>;

/** What a job of the pipelines here costs. */
export const credits = 3;

/** A pipeline of one node, whose first output is the pipeline's. */
export function oneNode(
  use: string,
  output: string,
  inputs: Record<string, unknown> = {},
  settings: Record<string, unknown> = {},
) {
  return {
    id: 'one_node',
    version: '1.0.0',
    title: use,
    tool: { category: 'test', credits, description: 'One node.' },
    nodes: { only: { use, with: inputs, ...settings } },
    outputs: { [output]: { from: `only.${output}` } },
  };
}

let unique = Date.now();

/** Keeps a host worker for so long, unless it is aborted; never twice the same, so that no result is reused. */
export function pause(ms: number) {
  return oneNode('steady.pause', 'endedAt', { ms, after: unique++ });
}

/** @returns the job's id */
export async function submit(
  server: Access,
  pipeline: unknown,
  inputs: Record<string, unknown> = {},
): Promise<string> {
  const { status, body } = await call<JobAnswer>(server, 'POST', '/v1/jobs', { body: { pipeline, inputs } });
  if (status !== 202) throw new Error(`The job was not accepted: ${status} ${JSON.stringify(body)}`);
  return body.job_id;
}

/** Runs a job that nothing is wrong with: host workers and database are fit for work. */
export async function expectWorks(server: Access, limitMs = 20_000): Promise<void> {
  const a = unique++;
  const jobId = await submit(server, oneNode('steady.add', 'sum', { a, b: 3 }));
  expect(await untilEnded(server, jobId, limitMs)).toMatchObject({
    status: 'completed',
    result: { outputs: { sum: a + 3 } },
  });
}
