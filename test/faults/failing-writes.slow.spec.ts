import { jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { call } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { followToEnd, isEnd } from './follower.js';
import { ledgerProblems, transactionsByJob } from './ledger.js';
import { expectWorks, oneNode } from './pipelines.js';

jest.setTimeout(600_000);

/** What SQLite may say: https://www.sqlite.org/rescode.html */
const errors = [
  { code: 'SQLITE_FULL', rawCode: 13 },
  { code: 'SQLITE_IOERR', rawCode: 10 },
];

let home: string;
let server: TestServer;
let faultFile: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-writes-'));
  faultFile = path.join(home, 'fault.json');
  const preload = pathToFileURL(path.join(import.meta.dirname, 'failing-writes.mjs')).href;
  server = await startServer({
    home,
    plugins: [testPlugins],
    env: { NODE_OPTIONS: `--import=${preload}`, FAULT_FILE: faultFile },
  });
});
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

/** Two nodes, one of which is stored, and a file: something of everything that is written. */
function pipeline(level: number) {
  return {
    ...oneNode('steady.paint', 'image'),
    nodes: {
      count: { use: 'steady.count', with: { to: level, everyMs: 0 } },
      only: { use: 'steady.paint', with: { width: 4, height: 4, level: { from: 'count.counted' } } },
    },
    outputs: { image: { from: 'only.image' }, counted: { from: 'count.counted' } },
  };
}

describe('a write that fails, each in turn from submit to end,', () => {
  const ended = new Map<string, string>();

  it('leaves no half job: it is refused, or comes to one end that is told without a gap', async () => {
    for (let at = 1, fired = true; fired; at++) {
      const error = errors[(at >> 1) % errors.length]!;
      await writeFile(faultFile, JSON.stringify({ at, ...error }));
      const { status, body } = await call<JobAnswer>(server, 'POST', '/v1/jobs', {
        headers: { 'idempotency-key': `key-${at}` },
        body: { pipeline: pipeline(at), inputs: {} },
      });
      if (status !== 202) {
        expect([at, status, body.error?.code]).toEqual([at, ...refusalOf(error.code)]);
        continue;
      }
      const job = await untilEnded(server, body.job_id);
      ended.set(body.job_id, job.status);
      if (job.status === 'failed') expect(['storage_full', 'server_error']).toContain(job.error?.code);
      else expect([at, job.status]).toEqual([at, 'completed']);
      const events = await followToEnd(server, body.job_id);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
      expect(events.filter(isEnd)).toHaveLength(1);
      fired = !existsSync(faultFile);
    }
    await rm(faultFile);
    expect(ended.size).toBeGreaterThan(30);
    await expectWorks(server);
  });

  it('lets the ledger be at zero, with one end for each hold', async () => {
    const { body } = await call<{ total: number }>(server, 'GET', '/v1/jobs');
    expect(body.total).toBe(ended.size + 1);
    await server.kill();
    expect(await ledgerProblems(home)).toEqual([]);
    const transactions = await transactionsByJob(home);
    for (const [jobId, status] of ended)
      expect(transactions.get(jobId)).toEqual(['hold', status === 'completed' ? 'settle' : 'release']);
  });
});

function refusalOf(code: string): [number, string] {
  return code === 'SQLITE_FULL' ? [507, 'storage_full'] : [500, 'server_error'];
}
