import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@atelier/diffusion';
import { call } from '../../test/harness/api.js';
import { startServer, type TestServer } from '../../test/harness/server.js';
import { timedModel } from '../denoising/timed-model.js';
import { median } from '../generation/painter.js';
import { measure, type Figure } from '../server/figure.js';

export const title = 'pictures of the models that ship, through the server, beside their networks alone';

const folder = fileURLToPath(new URL('../../models/starter-scenes', import.meta.url));
const prompt = 'a serene mountain lake at sunset, golden light';
const rounds = 7;
/** s, on two cores */
const limits = [
  { side: 128, seconds: 3 },
  { side: 512, seconds: 12 },
];

export const run = (print: (line: string) => void): Promise<{ passed: boolean }> => measure([seconds], print);

/** The median of several pictures after one to warm up; the networks alone make the picture of the native size, without upscaling. */
async function seconds(): Promise<Figure[]> {
  const server = await startServer();
  const figures: Figure[] = [];
  for (const { side, seconds: limit } of limits) {
    const times: number[] = [];
    for (let seed = 0; seed <= rounds; seed += 1) times.push(await paint(server, side, seed));
    const name = `${side} × ${side} at default steps, from dispatch to the file`;
    figures.push({ name, value: median(times.slice(1)), unit: 's', limit });
  }
  await server.stop();
  const alone = await networksAlone();
  return [
    ...figures,
    { name: 'all session.run of one at native size', value: alone, unit: 's', limit: null },
    { name: 'native size, beside that', value: figures[0]!.value / alone, unit: '', limit: null },
  ];
}

interface Ended {
  state: string;
  started_at: string;
  completed_at: string;
}

async function paint(server: TestServer, side: number, seed: number): Promise<number> {
  const inputs = { prompt, seed, width: side, height: side };
  const accepted = await call<{ job_id: string }>(server, 'POST', '/v1/jobs', {
    body: { pipeline: 'text_to_image', inputs },
  });
  const id = accepted.body.job_id;
  await call<string>(server, 'GET', `/v1/jobs/${id}/events`);
  const { body } = await call<Ended>(server, 'GET', `/v1/jobs/${id}`);
  if (body.state !== 'completed') throw new Error(`The picture was not painted: ${body.state}`);
  return (Date.parse(body.completed_at) - Date.parse(body.started_at)) / 1000;
}

interface Manifest {
  defaults: { steps: number; guidance_scale: number };
}

/** Seconds in session.run for one picture, half of several. */
async function networksAlone(): Promise<number> {
  const { defaults } = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')) as Manifest;
  const request = { prompts: [prompt], steps: defaults.steps, guidanceScale: defaults.guidance_scale };
  const clock = { ms: 0 };
  const model = await timedModel(folder, clock);
  const times: number[] = [];
  for (let seed = 0; seed <= rounds; seed += 1) {
    clock.ms = 0;
    await generate(model, { ...request, seed });
    times.push(clock.ms / 1000);
  }
  return median(times.slice(1));
}
