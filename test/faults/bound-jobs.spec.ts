import { jest } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../harness/api.js';
import { type JobAnswer, untilEnded } from '../harness/jobs.js';
import { addReferenceModel } from '../harness/models.js';
import { startServer, type TestServer } from '../harness/server.js';

jest.setTimeout(120_000);

let home: string;
let server: TestServer;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-bound-'));
  server = await startServer({ home });
  await addReferenceModel(server, 'flux-dev');
}, 90_000);
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

interface Waiting {
  jobId: string;
  answer: Promise<Response | null>;
}

/** Asks for a picture that takes many seconds, and waits until its job runs. */
async function askAndWait(): Promise<Waiting> {
  const answer = fetch(`${server.url}/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'A picture that takes its time', steps: 50 }),
  }).catch(() => null);
  for (;;) {
    const { body } = await call<{ jobs: JobAnswer[] }>(server, 'GET', '/v1/jobs?limit=1');
    const [job] = body.jobs;
    if (job?.state === 'running') return { jobId: job.job_id, answer };
    await delay(50);
  }
}

const jobOf = async ({ jobId }: Waiting): Promise<JobAnswer> =>
  (await call<JobAnswer>(server, 'GET', `/v1/jobs/${jobId}`)).body;

describe('a job whose caller waits for it', () => {
  it('is cancelled when the server stops, and the caller is told to try again', async () => {
    const waiting = await askAndWait();
    const asked = performance.now();
    server.process.kill('SIGTERM');
    const answer = await waiting.answer;
    expect(answer?.status).toBe(503);
    expect(await answer?.json()).toMatchObject({ success: false, error: expect.stringMatching(/stopping/) });
    expect(answer?.headers.get('retry-after')).toMatch(/^\d+$/);
    await once(server.process, 'exit');
    expect(performance.now() - asked).toBeLessThan(8_000);

    await server.restart();
    expect((await jobOf(waiting)).status).toBe('cancelled');
  });

  it('is cancelled at the next start when the server was killed', async () => {
    const waiting = await askAndWait();
    await server.kill();
    expect(await waiting.answer).toBeNull();
    await server.restart();
    const ended = await untilEnded(server, waiting.jobId);
    expect(ended.status).toBe('cancelled');
  });

  it('and that is tried again through its own address runs on its own', async () => {
    const waiting = await askAndWait();
    await call(server, 'POST', `/v1/jobs/${waiting.jobId}/cancel`);
    expect((await waiting.answer)?.status).toBe(500);
    const { status, body } = await call<JobAnswer>(server, 'POST', `/v1/jobs/${waiting.jobId}/retry`);
    expect(status).toBe(202);
    await server.kill();
    await server.restart();
    await delay(1_000);
    expect((await call<JobAnswer>(server, 'GET', `/v1/jobs/${body.job_id}`)).body.status).toBe('processing');
    await call(server, 'POST', `/v1/jobs/${body.job_id}/cancel`);
  });
});
