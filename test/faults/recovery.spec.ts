import { jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Libsql from 'libsql';
import { call } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { followToEnd, isEnd } from './follower.js';
import { ledgerProblems, transactionsByJob } from './ledger.js';
import { expectWorks, oneNode, pause, submit } from './pipelines.js';

jest.setTimeout(90_000);

const plugins = [testPlugins];

let home: string;
let server: TestServer;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-recovery-'));
  server = await startServer({ home, plugins });
});
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

async function changeJournal(sql: string): Promise<void> {
  await server.kill();
  const journal = new Libsql(path.join(home, 'journal.sqlite'));
  journal.exec(sql);
  journal.close();
  await server.restart();
}

async function completedJob(): Promise<string> {
  const jobId = await submit(server, pause(1));
  expect((await untilEnded(server, jobId)).status).toBe('completed');
  return jobId;
}

describe('a job that has nothing to run', () => {
  it.each([
    ['as all of it has been run before', { use: 'steady.latents', with: { seed: 5 } }, 'first'],
    ['until a fingerprint is known', { use: 'steady.stamped', with: { name: 'once' } }, 'name'],
    ['as its condition does not hold', { use: 'steady.add', with: { a: 1 }, when: false }, 'sum'],
  ])('%s completes', async (_, only, output) => {
    const pipeline = { ...oneNode('steady.add', output), nodes: { only } };
    for (let times = 0; times < 2; times++) {
      const job = await untilEnded(server, await submit(server, pipeline));
      expect(job.status).toBe('completed');
    }
  });
});

describe('the history of a job', () => {
  it('that lacks its end gets one, the same for all who ask at once', async () => {
    const jobId = await completedJob();
    await changeJournal(`DELETE FROM job_events WHERE data LIKE '%"completed"%'`);
    const histories = await Promise.all([1, 2, 3].map(() => followToEnd(server, jobId)));
    for (const events of histories) {
      expect(events.filter(isEnd)).toHaveLength(1);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
      expect(events).toEqual(histories[0]);
    }
  });

  it('is over for who has seen its end', async () => {
    const jobId = await completedJob();
    const last = (await followToEnd(server, jobId)).at(-1)!;
    const response = await fetch(`${server.url}/v1/jobs/${jobId}/events?after=${last.seq}`, {
      headers: { authorization: `Bearer ${server.key}` },
    });
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('may be lost altogether: the job is still there, and running ones go on', async () => {
    const jobId = await completedJob();
    const running = await submit(server, pause(1_000));
    await delay(300);
    await server.kill();
    await writeFile(path.join(home, 'journal.sqlite'), 'This is no database. '.repeat(500));
    for (const part of ['-wal', '-shm']) await rm(path.join(home, `journal.sqlite${part}`), { force: true });
    await server.restart();
    expect((await untilEnded(server, jobId)).status).toBe('completed');
    expect((await followToEnd(server, jobId)).filter(isEnd)).toHaveLength(1);
    expect((await untilEnded(server, running)).status).toBe('completed');
  });
});

describe('jobs of before', () => {
  it('whose plugin is gone fail with a sentence and cost nothing, and all others go on', async () => {
    const blocker = await submit(server, pause(2_000));
    const lost = await submit(server, oneNode('hanging.never', 'value'));
    const kept = {
      ...oneNode('image.text', 'image', { text: 'Still here' }),
    };
    const others = [await submit(server, kept), await submit(server, kept)];
    await delay(300);
    await server.kill();
    const bare = await startServer({ home });
    try {
      for (const jobId of [blocker, lost]) {
        const job = await untilEnded(bare, jobId);
        expect(job).toMatchObject({ status: 'failed', credits_used: 0 });
        expect(job.error?.message).toMatch(/plugin/);
      }
      for (const jobId of others) expect((await untilEnded(bare, jobId)).status).toBe('completed');
    } finally {
      await bare.kill();
    }
    await server.restart();
    await expectWorks(server);
  });

  it('go on in their order, and their progress does not run backwards', async () => {
    const jobIds: string[] = [];
    for (let index = 0; index < 3; index++)
      jobIds.push(await submit(server, oneNode('steady.count', 'counted', { to: 150 + index, everyMs: 10 })));
    const progressOf = async (jobId: string): Promise<number> =>
      (await call<JobAnswer>(server, 'GET', `/v1/jobs/${jobId}`)).body.progress;
    await delay(1_000);
    const before = await Promise.all(jobIds.map(progressOf));
    await server.kill();
    await server.restart();
    const after = await Promise.all(jobIds.map(progressOf));
    // What was seen last may have been on its way to the journal still: progress is written five times a second.
    for (const [index] of jobIds.entries()) expect(after[index]).toBeGreaterThanOrEqual(before[index]! - 20);
    expect(before.some((progress) => progress > 0)).toBe(true);
    const ends: string[] = [];
    await Promise.all(
      jobIds.map(async (jobId) => {
        const events = await followToEnd(server, jobId);
        const progress = events.flatMap(({ data }) => data.progress ?? []);
        expect(progress).toEqual([...progress].sort((left, right) => left - right));
        ends.push(jobId);
      }),
    );
    expect(ends).toEqual(jobIds);
  });

  it('have each one hold and one end', async () => {
    await server.kill();
    expect(await ledgerProblems(home)).toEqual([]);
    for (const types of (await transactionsByJob(home)).values()) expect(types).toHaveLength(2);
  });
});
