import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { call } from '../harness/api.js';
import { startServer, type TestServer } from '../harness/server.js';
import { atelier, lastLine, root, start, type Typed } from './terminal.js';

const plugins = path.join(import.meta.dirname, 'plugins');
const photos = ['photo', 'noon', 'night'].map((name) => path.join(root, 'docs/sample', `${name}.jpg`));

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-run-'));
  server = await startServer({ plugins: [plugins] });
  await writePipeline('wait', {
    inputs: { seconds: { type: 'number' }, seed: { type: 'seed', default: 0 } },
    nodes: {
      pause: { use: 'patience.wait', with: { seconds: { input: 'seconds' }, seed: { input: 'seed' } } },
    },
    outputs: { facts: { from: 'pause.facts' } },
  });
  await writePipeline('refuse', {
    nodes: { no: { use: 'patience.refuse' } },
    outputs: { facts: { from: 'no.facts' } },
  });
  await writePipeline('thumbnails', {
    inputs: { photos: { type: 'list', items: { type: 'file' } } },
    nodes: {
      small: {
        use: 'image.load',
        forEach: { of: { input: 'photos' }, as: 'photo' },
        with: { file: { item: 'photo' }, max_width: 32 },
      },
    },
    outputs: { image: { from: 'small.image' }, names: { from: 'small.name' } },
  });
}, 90_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const inFolder = (...names: string[]) => path.join(folder, ...names);

async function writePipeline(id: string, parts: Record<string, unknown>): Promise<void> {
  await writeFile(inFolder(`${id}.json`), JSON.stringify({ id, version: '1.0.0', title: id, ...parts }));
}

const run = (pipeline: string, ...args: string[]) =>
  atelier(['run', inFolder(pipeline), '--out', inFolder('out'), ...args], { home: server.home });

async function said(typed: Typed, words: string): Promise<void> {
  while (!typed.output().includes(words)) {
    if (typed.process.exitCode !== null) throw new Error(typed.output());
    await delay(50);
  }
}

describe('atelier run', () => {
  it('numbers the files of a list and tells scripts where they are', async () => {
    const { code, stdout } = await run(
      'thumbnails.json',
      '--json',
      ...photos.flatMap((file) => ['--file', `photos=${file}`]),
    );
    expect(code).toBe(0);
    const { jobId, status, outputs } = JSON.parse(lastLine(stdout));
    expect([jobId, status]).toEqual([expect.stringMatching(/^job_/), 'completed']);
    const files = outputs.image.map((file: { path: string }) => file.path);
    expect(files).toEqual([0, 1, 2].map((index) => inFolder('out', `image-${index}.png`)));
    for (const file of files) expect((await sharp(file).metadata()).width).toBe(32);
    expect(JSON.parse(await readFile(outputs.names.path, 'utf8'))).toEqual([
      'photo.jpg',
      'noon.jpg',
      'night.jpg',
    ]);
  }, 60_000);

  it('makes only the outputs that were asked for', async () => {
    const { stdout } = await run('thumbnails.json', '--outputs', 'names', '--file', `photos=${photos[0]}`);
    expect(stdout).toBe(`${inFolder('out', 'names.json')}\n`);
  }, 60_000);

  it('keeps every digit of a seed', async () => {
    expect(await run('wait.json', '--set', 'seconds=0', '--set', 'seed=18446744073709551615')).toMatchObject({
      code: 0,
    });
    expect(JSON.parse(await readFile(inFolder('out/facts.json'), 'utf8'))).toEqual({
      seconds: 0,
      seed: '18446744073709551615',
    });
  }, 60_000);

  it('says in one sentence why a job failed', async () => {
    const { code, stdout, stderr } = await run('refuse.json', '--json');
    expect([code, lastLine(stderr)]).toEqual([1, expect.stringContaining('Nothing will do.')]);
    expect(JSON.parse(lastLine(stdout))).toMatchObject({ status: 'failed', outputs: {} });
    expect(stderr).not.toMatch(/ at .*\.[jt]s:\d/);
  }, 60_000);

  it('lists all inputs that will not do', async () => {
    const resize = ['run', 'image_resizer', '--out', inFolder('out')];
    const { code, stderr } = await atelier([...resize, '--set', 'width=0', '--set', 'fit=loose'], {
      home: server.home,
    });
    expect(code).toBe(1);
    for (const input of ['/file_id', '/width', '/height', '/fit']) expect(stderr).toContain(`  ${input}`);
  }, 60_000);

  it.each([
    [['run', 'image_resizer'], /--out/],
    [['run', 'image_resizer', '--out', 'x', '--set', 'width'], /--set takes NAME=VALUE, not "width"/],
    [['run', 'image_resizer', '--out', 'x', '--set', 'depth=1'], /no input "depth"; it has file_id, width/],
    [['run', 'image_resizer', '--out', 'x', '--file', 'photo=a.jpg'], /no input "photo"/],
    [['walk'], /unknown command 'walk'/],
  ])(
    'takes %j for a mistake of whoever typed it',
    async (args, message) => {
      const { code, stderr } = await atelier(args, { home: server.home });
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    },
    60_000,
  );

  it('says that a pipeline or a file does not exist', async () => {
    const out = ['--out', inFolder('out')];
    const { home } = server;
    expect(await atelier(['run', 'image_resize', ...out], { home })).toMatchObject({ code: 1, stdout: '' });
    const missing = await atelier(['run', 'image_resizer', ...out, '--file', 'file_id=gone.jpg'], { home });
    expect([missing.code, missing.stderr]).toEqual([1, 'There is no file gone.jpg that can be read.\n']);
  }, 60_000);

  it('cancels the job on Ctrl-C', async () => {
    const typed = start(
      ['run', inFolder('wait.json'), '--set', 'seconds=60', '--out', inFolder('out'), '--json'],
      server,
    );
    await said(typed, 'pause: started');
    typed.process.kill('SIGINT');
    const { code, stdout } = await typed.ended;
    const { jobId, status } = JSON.parse(lastLine(stdout));
    expect([code, status]).toEqual([130, 'cancelled']);
    const { body } = await call<{ status: string }>(server, 'GET', `/v1/jobs/${jobId}`);
    expect(body.status).toBe('cancelled');
  }, 60_000);

  it('takes up the job again when the server is started anew', async () => {
    const typed = start(
      ['run', inFolder('wait.json'), '--set', 'seconds=3', '--out', inFolder('out')],
      server,
    );
    await said(typed, 'pause: started');
    const port = new URL(server.url).port;
    await server.kill();
    const again = await startServer({ home: server.home, plugins: [plugins], env: { PORT: port } });
    const { code, stderr } = await typed.ended;
    await again.stop();
    await server.restart();
    expect([code, stderr]).toEqual([0, expect.stringContaining('interrupted')]);
  }, 90_000);
});

describe('atelier run without a server', () => {
  it('starts one for as long as it takes', async () => {
    const home = inFolder('home');
    const env = { ATELIER_PLUGINS: plugins };
    const args = ['run', inFolder('wait.json'), '--set', 'seconds=0', '--out', inFolder('alone')];
    expect(await atelier(args, { home, env, limitMs: 80_000 })).toMatchObject({
      code: 0,
      stdout: `${inFolder('alone/facts.json')}\n`,
    });
    await expect(access(path.join(home, 'server.json'))).rejects.toThrow();
  }, 90_000);

  it('leaves at the second Ctrl-C, and its server with it', async () => {
    const home = inFolder('stubborn');
    const env = { ATELIER_PLUGINS: plugins };
    const args = ['run', inFolder('wait.json'), '--set', 'seconds=60', '--out', inFolder('alone')];
    const typed = start(args, { home, env });
    await said(typed, 'pause: started');
    const { pid } = JSON.parse(await readFile(path.join(home, 'server.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGSTOP');
    typed.process.kill('SIGINT');
    await said(typed, 'Cancelling');
    typed.process.kill('SIGINT');
    expect((await typed.ended).code).toBe(130);
    process.kill(pid, 'SIGCONT');
    while (isRunning(pid)) await delay(100);
  }, 90_000);

  it('says why a server cannot be started', async () => {
    const env = { ATELIER_QUEUE_LIMIT: 'many' };
    const { code, stderr } = await atelier(['plugins', 'list'], { home: inFolder('unused'), env });
    expect([code, stderr]).toEqual([1, expect.stringContaining('ATELIER_QUEUE_LIMIT')]);
  }, 60_000);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
