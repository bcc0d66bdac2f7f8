import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '@atelier/sdk';
import { call } from '../harness/api.js';
import { type JobAnswer, untilEnded } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { followToEnd, isEnd, type JobEvent } from './follower.js';
import { ledgerProblems, transactionsByJob } from './ledger.js';
import { childrenOf, isAlive, slowdown, until } from './processes.js';
import { credits, submit } from './pipelines.js';
import { expectedTotal, nodesPerJob, readRecord, recordedPipeline, type Recorded } from './recorded-job.js';

const plugins = [path.join(import.meta.dirname, 'plugins')];
const seed = 20_260_726;
/** About as long as a job takes. */
const latestKillMs = 1_500;

interface Run {
  jobId: string;
  events: JobEvent[];
  record: Recorded[];
  job: JobAnswer;
}

let home: string;
let server: TestServer;
const random = createRandom(seed);
const finished: Run[] = [];
const startMs: number[] = [];

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-kills-'));
  server = await startServer({ home, plugins });
});
afterAll(async () => {
  await server.kill();
  await rm(home, { recursive: true, force: true });
});

async function killWorker(): Promise<void> {
  const workers = await childrenOf(server.process.pid!);
  const victim = workers[random.below(workers.length)];
  if (victim !== undefined) process.kill(victim, 'SIGKILL');
}

async function killServer(): Promise<void> {
  const workers = await childrenOf(server.process.pid!);
  await server.kill();
  await until(() => !workers.some(isAlive), 'the workers of a server that is gone end', 3_000);
  const from = performance.now();
  await server.restart();
  await until(async () => (await call(server, 'GET', '/health')).status === 200, 'the server is healthy');
  startMs.push(performance.now() - from);
}

/** Nodes that were started although the job's history, or the lack of a need, said that they had been done for good. */
function repeated({ events, record }: Run): string[] {
  const isDurable = ({ data }: JobEvent): boolean =>
    (data.ms ?? 0) > 200 || data.nodeId!.startsWith('join') || data.nodeId === 'one1';
  return events
    .filter((event) => event.type === 'node' && event.data.status === 'done' && isDurable(event))
    .filter(({ at, data }) =>
      record.some((line) => line.name === data.nodeId && line.says === 'start' && line.at > Date.parse(at)),
    )
    .map(({ data }) => data.nodeId!);
}

/** Kills the server or a worker at a random moment of a job, so many times, and looks whether anything was lost or done twice. */
export function killAtRandom(runs: number): void {
  describe(`a process killed at a random moment of a job (seed ${seed})`, () => {
    it.each(Array.from({ length: runs }, (_, index) => index))('does no harm to run %i', async (index) => {
      const log = path.join(home, `run-${index}.log`);
      const killAfterMs = random.below(latestKillMs);
      const kill = random.below(3) === 0 ? killServer : killWorker;
      const jobId = await submit(server, recordedPipeline(log, random));
      const following = followToEnd(server, jobId);
      await delay(killAfterMs);
      await kill();
      const events = await following;
      const job = await untilEnded(server, jobId);
      const run = { jobId, events, job, record: await readRecord(log) };
      finished.push(run);

      expect(job).toMatchObject({ status: 'completed' });
      expect(job.result?.outputs.total).toBe(expectedTotal);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
      expect(events.filter(isEnd)).toHaveLength(1);
      expect(repeated(run)).toEqual([]);
      const ran = new Set(run.record.filter(({ says }) => says === 'end').map(({ name }) => name));
      expect(ran.size).toBe(nodesPerJob);
    });

    it('is back within five seconds when it was the server', () => {
      expect(startMs.length).toBeGreaterThan(0);
      // Half of them: other tests of the same moment may hold up a single one.
      const half = startMs.sort((a, b) => a - b)[Math.floor(startMs.length / 2)];
      expect(half).toBeLessThan(5_000 * slowdown());
    });

    it('duplicates no output', async () => {
      const { body } = await call<{ total: number }>(server, 'GET', '/v1/files');
      expect(body.total).toBe(2 * runs);
    });

    it('leaves every job with one hold and one settlement, and the ledger at zero', async () => {
      await server.kill();
      expect(await ledgerProblems(home)).toEqual([]);
      const transactions = await transactionsByJob(home);
      expect(finished).toHaveLength(runs);
      for (const { jobId, job } of finished) {
        expect(job.credits_used).toBe(credits);
        expect(transactions.get(jobId)).toEqual(['hold', 'settle']);
      }
    });
  });
}
