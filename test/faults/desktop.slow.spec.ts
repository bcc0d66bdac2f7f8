import { jest } from '@jest/globals';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '@atelier/sdk';
import Libsql from 'libsql';
import { ask, generate, type Generation, listen } from '../dialects/desktop-client.js';
import { addReferenceModels, slow, small } from '../dialects/reference-models.js';
import { call } from '../harness/api.js';
import type { JobAnswer } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { ledgerProblems } from './ledger.js';
import { until as untilWithin } from './processes.js';

jest.setTimeout(150_000);

let home: string;
let server: TestServer;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-desktop-'));
  server = await startServer({ home });
  await addReferenceModels(server);
}, 90_000);
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

/** Models load, and the machine may be busy. */
const until = (condition: () => boolean | Promise<boolean>, what: string): Promise<void> =>
  untilWithin(condition, what, 60_000);
const history = async (): Promise<Generation[]> =>
  (await ask<Generation[]>(server, 'GET', '/api/history?limit=1000')).body.data;
const jobs = async (): Promise<JobAnswer[]> => {
  const { body } = await call<{ jobs: JobAnswer[] }>(server, 'GET', '/v1/jobs?limit=100');
  return body.jobs;
};
const pictures = async (): Promise<string[]> => (await readdir(path.join(home, 'generated'))).sort();

/** Every completed job has one entry and one file, and nothing else has any. */
async function expectOneEntryPerJob(): Promise<void> {
  const completed = async (): Promise<number> =>
    (await jobs()).filter(({ status }) => status === 'completed').length;
  await until(
    async () => (await jobs()).every(({ status }) => status !== 'processing'),
    'all jobs have ended',
  );
  await until(async () => (await history()).length === (await completed()), 'every job has its entry');
  const entries = await history();
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  const named = entries.map(({ filePath }) => path.basename(filePath)).sort();
  expect((await pictures()).filter((name) => !name.startsWith('.'))).toEqual(named);
}

describe('a caller that goes away', () => {
  it('cancels its job, which leaves no entry, and listeners hear that it failed', async () => {
    const listener = await listen(server);
    const before = await history();
    const leaving = new AbortController();
    const request = fetch(`${server.url}/api/generate/text-to-image`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(slow),
      signal: leaving.signal,
    });
    await until(() => listener.messages.some(({ status }) => status === 'generating'), 'it has begun');
    leaving.abort();
    await expect(request).rejects.toThrow();
    await until(() => listener.messages.at(-1)?.status === 'failed', 'the end is told');
    expect((await jobs())[0]).toMatchObject({
      job_id: listener.messages[0]!.taskId,
      status: 'cancelled',
    });
    expect(await history()).toHaveLength(before.length);
    listener.close();
  });
});

describe('a job that takes too long', () => {
  it('ends as API_TIMEOUT', async () => {
    const hasty = await startServer({ env: { ATELIER_JOB_TIMEOUT_S: '1' } });
    try {
      await addReferenceModels(hasty);
      const { status, body } = await generate(hasty, 'text-to-image', slow);
      expect(status).toBe(500);
      expect(body).toMatchObject({ success: false, code: 'API_TIMEOUT' });
      expect(body.error).toMatch(/^Generation failed: /);
    } finally {
      await hasty.stop();
    }
  });
});

describe('many at once', () => {
  it('are numbered without gaps, each with a file of its own', async () => {
    const first = (await history())[0]?.id ?? 0;
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, seed) =>
        generate(server, 'text-to-image', { ...small, prompt: 'one of many', seed }),
      ),
    );
    const ids = made.map(({ body }) => body.data.id).sort((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: 12 }, (_, at) => first + 1 + at));
    await expectOneEntryPerJob();
  });
});

describe('a database that somebody else keeps to himself', () => {
  it('is answered as DATABASE_ERROR, and works again afterwards', async () => {
    const intruder = new Libsql(path.join(home, 'atelier.sqlite'));
    intruder.exec('BEGIN IMMEDIATE');
    const refused = await ask(server, 'PUT', '/api/settings', { defaultSteps: 30 });
    intruder.exec('ROLLBACK');
    intruder.close();
    expect(refused).toMatchObject({ status: 503, body: { success: false, code: 'DATABASE_ERROR' } });
    expect((await ask(server, 'PUT', '/api/settings', { defaultSteps: 25 })).status).toBe(200);
  });
});

describe('a storage folder that is lost', () => {
  it('is a STORAGE_ERROR; the picture is entered at the next start, once', async () => {
    const folder = path.join(home, 'generated');
    const before = (await history()).length;
    await rename(folder, `${folder}-aside`);
    await writeFile(folder, 'not a folder');
    const { status, body } = await generate(server, 'text-to-image', { ...small, prompt: 'kept for later' });
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'STORAGE_ERROR' });
    expect(JSON.stringify(body)).not.toContain(home);
    expect(await history()).toHaveLength(before);

    await rm(folder);
    await rename(`${folder}-aside`, folder);
    await server.restart();
    await until(async () => (await history()).length === before + 1, 'the picture is entered');
    expect((await history())[0]!.prompt).toBe('kept for later');
    await server.restart();
    await expectOneEntryPerJob();
    expect(await history()).toHaveLength(before + 1);
  });
});

describe('a server that ends', () => {
  it('cancels what is waited for when it is asked to stop', async () => {
    const before = await history();
    const request = generate(server, 'text-to-image', slow).catch(() => null);
    await until(async () => (await jobs())[0]?.state === 'running', 'it has begun');
    await server.restart();
    const answer = await request;
    expect(answer === null || answer.status === 503).toBe(true);
    expect((await jobs())[0]!.status).toBe('cancelled');
    expect(await history()).toHaveLength(before.length);
  });

  it('has entered every completed job once, whenever it was killed', async () => {
    const random = createRandom(20_261_120);
    for (let round = 0; round < 5; round++) {
      const requests = Array.from({ length: 3 }, (_, at) =>
        generate(server, 'text-to-image', { ...small, seed: round * 10 + at }).catch(() => null),
      );
      await delay(random.below(300));
      await server.kill();
      const answers = await Promise.all(requests);
      await server.restart();
      await expectOneEntryPerJob();
      const ids = new Set((await history()).map(({ id }) => id));
      for (const answer of answers) {
        if (answer?.status === 200) expect(ids.has(answer.body.data.id)).toBe(true);
      }
    }
    expect(await ledgerProblems(home)).toEqual([]);
  });
});
