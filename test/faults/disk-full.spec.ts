import { jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Libsql from 'libsql';
import sharp from 'sharp';
import { call, upload } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { followToEnd, isEnd } from './follower.js';
import { ledgerProblems } from './ledger.js';
import { expectWorks, oneNode, submit } from './pipelines.js';
import { until } from './processes.js';

jest.setTimeout(90_000);

const home = mkdtempSync(path.join(os.tmpdir(), 'atelier-disk-'));

/** Makes `home` a small disk of its own, which takes rights that not everybody has. Says why it could not. */
function mountSmallDisk(): string | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', home], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'unknown';
  }
}

const refusal = mountSmallDisk();
const withDisk = refusal === null ? describe : describe.skip;
if (refusal !== null)
  process.stderr.write(`disk-full.spec.ts is skipped, as no small disk can be mounted: ${refusal}\n`);

withDisk('a full disk', () => {
  let server: TestServer;
  let kept: { id: string; sha256: string };
  const filler = path.join(home, 'filler');

  beforeAll(async () => {
    server = await startServer({ home, plugins: [testPlugins] });
    const bytes = await noise();
    const { body } = await upload(server, bytes, 'kept.png');
    kept = { id: body.id, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  afterAll(async () => {
    await server.kill();
    execFileSync('umount', ['-l', home]);
    await rm(home, { recursive: true, force: true });
  });

  /** A picture that does not get smaller by compression, and is another one each time. */
  async function noise(): Promise<Buffer> {
    const raw = { width: 256, height: 256, channels: 3 as const };
    return sharp(randomBytes(256 * 256 * 3), { raw })
      .png()
      .toBuffer();
  }

  async function fill(): Promise<void> {
    const file = await open(filler, 'a');
    for (let bytes = 1 << 20; bytes > 0;) {
      try {
        await file.write(Buffer.alloc(bytes));
      } catch {
        bytes >>= 1;
      }
    }
    await file.close();
  }

  const free = (): Promise<void> => rm(filler, { force: true });

  async function expectAsGoodAsNew(): Promise<void> {
    await until(
      async () => (await upload(server, await noise(), 'new.png')).status === 201,
      'an upload works',
      10_000,
    );
    const { body } = await upload(server, await noise(), 'new.png');
    const execution = await call<JobAnswer>(server, 'POST', '/v1/tools/image_resizer/execute', {
      body: { inputs: { file_id: body.id, width: 64, height: 64 } },
    });
    expect((await untilEnded(server, execution.body.job_id)).status).toBe('completed');
    const download = await fetch(`${server.url}/v1/files/${kept.id}/download`, {
      headers: { authorization: `Bearer ${server.key}` },
    });
    const sha256 = createHash('sha256')
      .update(Buffer.from(await download.arrayBuffer()))
      .digest('hex');
    expect(sha256).toBe(kept.sha256);
  }

  it('refuses an upload and a job with a sentence, keeps what there is, and is forgotten once there is space', async () => {
    await fill();
    const refused = await upload(server, await noise(), 'refused.png');
    expect(refused).toMatchObject({ status: 507, body: { error: { code: 'storage_full' } } });
    const listed = await call<{ total: number }>(server, 'GET', '/v1/files');
    expect(listed).toMatchObject({ status: 200, body: { total: 1 } });
    // A job needs so little that it may fit into what the database has set aside; its end is told in any case.
    const { status, body } = await call<JobAnswer>(server, 'POST', '/v1/jobs', {
      body: { pipeline: oneNode('steady.paint', 'image', { width: 512, height: 512, level: 1 }), inputs: {} },
    });
    expect([202, 507]).toContain(status);
    await delay(1_000);
    expect((await call(server, 'GET', '/health')).status).toBe(200);
    await free();
    if (status === 202)
      expect(['completed', 'failed']).toContain((await untilEnded(server, body.job_id)).status);
    else expect(body.error?.code).toBe('storage_full');
    await expectAsGoodAsNew();
  });

  it('in the midst of jobs fails them or lets them wait, and each comes to one end that is told without a gap', async () => {
    const jobIds: string[] = [];
    for (let level = 0; level < 4; level++) {
      const pipeline = {
        ...oneNode('steady.paint', 'image'),
        nodes: {
          count: { use: 'steady.count', with: { to: 60 + level, everyMs: 10 } },
          only: { use: 'steady.paint', with: { width: 8, height: 8, level: { from: 'count.counted' } } },
        },
      };
      jobIds.push(await submit(server, pipeline));
    }
    const following = jobIds.map((jobId) => followToEnd(server, jobId));
    await delay(500);
    await fill();
    await delay(3_000);
    expect((await call(server, 'GET', '/health')).status).toBe(200);
    await free();
    for (const [index, jobId] of jobIds.entries()) {
      const job = await untilEnded(server, jobId);
      if (job.status === 'failed') expect(job.error?.code).toBe('storage_full');
      else expect(job.status).toBe('completed');
      const events = await following[index]!;
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
      expect(events.filter(isEnd)).toHaveLength(1);
    }
    await expectAsGoodAsNew();
    await expectWorks(server);
  });

  it('loses no job that was cancelled or submitted when the server ends on it', async () => {
    const jobId = await submit(server, oneNode('steady.count', 'counted', { to: 150, everyMs: 10 }));
    await delay(300);
    await fill();
    await delay(500);
    await server.kill();
    await free();
    await server.restart();
    expect(['completed', 'failed']).toContain((await untilEnded(server, jobId)).status);
    await expectAsGoodAsNew();
  });

  it('damages no database, and the ledger is at zero', async () => {
    await server.kill();
    for (const name of ['atelier.sqlite', 'journal.sqlite']) {
      const database = new Libsql(path.join(home, name));
      expect(database.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
      database.close();
    }
    expect(await ledgerProblems(home)).toEqual([]);
  });
});
