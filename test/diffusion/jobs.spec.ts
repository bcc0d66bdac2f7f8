import { jest } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { io, type Socket } from 'socket.io-client';
import { call, upload } from '../harness/api.js';
import { type JobAnswer, untilEnded } from '../harness/jobs.js';
import { addReferenceModel } from '../harness/models.js';
import { startServer, type TestServer } from '../harness/server.js';
import { childrenOf, slowdown } from '../faults/processes.js';
import { atelier, lastLine } from '../journeys/terminal.js';
import { referencePath } from '../reference/pack.js';

// How a picture's job goes: what is reported, shown, repeated and stopped.
jest.setTimeout(90_000);

let server: TestServer;
let folder: string;
let picture: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-jobs-'));
  server = await startServer();
  await addReferenceModel(server, 'sd');
  const bytes = await readFile(referencePath('goldens/inputs/image-64x48-3.png'));
  picture = (await upload(server, bytes, 'picture.png')).body.file_id;
}, 90_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

interface Made extends JobAnswer {
  inputs: Record<string, unknown>;
}

async function submit(tool: string, inputs: object): Promise<string> {
  const route = `/v1/tools/${tool}/execute`;
  const { status, body } = await call<JobAnswer>(server, 'POST', route, { body: { inputs } });
  expect({ status, body }).toMatchObject({ status: 202 });
  return body.job_id;
}

async function make(tool: string, inputs: object): Promise<Made> {
  const job = (await untilEnded(server, await submit(tool, inputs))) as Made;
  expect(job).toMatchObject({ status: 'completed' });
  return job;
}

async function pixels({ result }: JobAnswer): Promise<Buffer> {
  const bytes = Buffer.from(await (await fetch(result!.url!)).arrayBuffer());
  return sharp(bytes).raw().toBuffer();
}

const small = { prompt: 'a red fox', width: 64, height: 48, steps: 3 };
const large = { prompt: 'a picture that takes its time', width: 256, height: 256 };

describe('a seed of -1', () => {
  it('is drawn, reported, and gives the same picture when it is written down', async () => {
    const first = await make('text_to_image', { ...small, seed: -1 });
    const { seed } = first.inputs;
    expect(Number(seed)).toBeGreaterThanOrEqual(0);
    const second = await make('text_to_image', { ...small, seed: -1 });
    expect(second.inputs['seed']).not.toBe(seed);
    expect(await pixels(second)).not.toEqual(await pixels(first));
    const again = await make('text_to_image', { ...small, seed: Number(seed), scheduler: 'pndm' });
    expect(await pixels(again)).toEqual(await pixels(first));
  });
});

describe('atelier run --from', () => {
  const run = async (out: string, ...words: string[]): Promise<string> => {
    const { stdout, code } = await atelier(['run', ...words, '--out', out, '--json'], server);
    expect(code).toBe(0);
    const { outputs } = JSON.parse(lastLine(stdout)) as { outputs: { images: { path: string }[] } };
    return outputs.images[0]!.path;
  };

  it('makes a picture again, byte for byte, from what the picture tells', async () => {
    const words = ['prompt=a red fox', 'width=64', 'height=48', 'steps=5', 'scheduler=euler_a'];
    const settings = words.flatMap((word) => ['--set', word]);
    const first = await run(path.join(folder, 'first'), 'text_to_image', ...settings);
    const again = await run(path.join(folder, 'again'), '--from', first);
    expect(await readFile(again)).toEqual(await readFile(first));
  });
});

describe('a strength that leaves no step', () => {
  it.each([0, 0.1])('gives the picture back as the model decodes it: %d of 4 steps', async (strength) => {
    const inputs = { image: picture, prompt: 'a red fox', steps: 4, strength };
    const one = await make('image_to_image', { ...inputs, seed: 1 });
    const other = await make('image_to_image', { ...inputs, prompt: 'a blue whale', seed: 2 });
    expect(await pixels(one)).toEqual(await pixels(other));
  });
});

describe('a preview', () => {
  it('reaches a socket while the picture is made, at most five times a second', async () => {
    const socket: Socket = io(server.url, { auth: { token: server.key }, transports: ['websocket'] });
    const shown: { at: number; picture: Buffer; mediaType: string }[] = [];
    socket.on('preview', ({ data, mediaType }: { data: Buffer; mediaType: string }) =>
      shown.push({ at: performance.now(), picture: data, mediaType }),
    );
    const jobId = await submit('text_to_image', { ...large, steps: 300 });
    await socket.emitWithAck('subscribe', { jobId });
    const from = performance.now();
    expect(await untilEnded(server, jobId)).toMatchObject({ status: 'completed' });
    const seconds = (performance.now() - from) / 1000;
    socket.close();
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.length).toBeLessThanOrEqual(5 * seconds + 1);
    const { width, height, format } = await sharp(shown[0]!.picture).metadata();
    expect({ width, height, format }).toEqual({ width: 32, height: 32, format: 'webp' });
    expect(shown[0]!.mediaType).toBe('image/webp');
  });
});

describe('a picture of a thousand steps', () => {
  it('ends within a step of being cancelled, and its worker makes the next one', async () => {
    const workers = await childrenOf(server.process.pid!);
    const jobId = await submit('text_to_image', { ...large, steps: 1000 });
    const state = async () =>
      (await call<JobAnswer & { message?: string }>(server, 'GET', `/v1/jobs/${jobId}`)).body;
    while (!/^Step \d/.test((await state()).message ?? '')) await delay(20);
    const from = performance.now();
    const { status } = await call(server, 'POST', `/v1/jobs/${jobId}/cancel`);
    expect(status).toBe(200);
    expect(await state()).toMatchObject({ status: 'cancelled', credits_used: 0 });
    await make('text_to_image', { ...small, seed: 77 });
    expect(performance.now() - from).toBeLessThan(2_000 * slowdown());
    expect(await childrenOf(server.process.pid!)).toEqual(workers);
  });
});
