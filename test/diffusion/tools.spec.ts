import { jest } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { call, upload } from '../harness/api.js';
import { type JobAnswer, untilEnded } from '../harness/jobs.js';
import { addReferenceModel } from '../harness/models.js';
import { startServer, type TestServer } from '../harness/server.js';
import { atelier, lastLine } from '../journeys/terminal.js';
import { hasReference, readReferenceJson, referencePath } from '../reference/pack.js';
import { readReferencePicture } from '../reference/read-picture.js';
import { referenceCases, type ReferenceCase } from './reference-case.js';
import { beyondTools, needsOwnModel, ownModel, toolCall, type ToolCall } from './tool-inputs.js';

// What callers of the tools get for the runs of the reference.
jest.setTimeout(120_000);

interface OutputFile {
  url: string;
  type: string;
}

const cases = referenceCases().filter(({ name }) => beyondTools[name] === undefined);
const models = [...new Set(cases.map(({ model }) => model)), 'rrdbnet-x4', 'rrdbnet-x4-fixed32', 'srvgg-x4'];

let server: TestServer;
let folder: string;
const copies: string[] = [];
const uploads = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-tools-'));
  server = await startServer();
  for (const model of models) await addReferenceModel(server, model);
  for (const one of cases.filter(needsOwnModel)) {
    const copy = await ownModel(one);
    copies.push(copy);
    await atelier(['models', 'add', copy, '--id', one.name], server);
  }
  const files = cases.flatMap(({ inputs = {} }) => Object.values(inputs));
  for (const file of new Set([...files, 'upscalers/input.png'])) {
    const bytes = await readFile(referencePath('goldens', file));
    uploads.set(file, (await upload(server, bytes, path.basename(file))).body.file_id);
  }
}, 120_000);

afterAll(async () => {
  await server.stop();
  for (const each of [folder, ...copies]) await rm(each, { recursive: true });
});

function callOf(reference: ReferenceCase): ToolCall {
  const config = ['models', reference.model, 'scheduler/scheduler_config.json'];
  return toolCall(reference, readReferenceJson<{ _class_name: string }>(...config)._class_name);
}

async function execute(tool: string, inputs: object): Promise<Record<string, OutputFile | OutputFile[]>> {
  const { status, body } = await call<JobAnswer>(server, 'POST', `/v1/tools/${tool}/execute`, {
    body: { inputs },
  });
  expect({ status, body }).toMatchObject({ status: 202 });
  const job = await untilEnded(server, body.job_id);
  expect(job).toMatchObject({ status: 'completed' });
  return job.result!.outputs as Record<string, OutputFile | OutputFile[]>;
}

async function download({ url, type }: OutputFile): Promise<Buffer> {
  expect(type).toBe('image/png');
  return Buffer.from(await (await fetch(url)).arrayBuffer());
}

async function expectPicture(png: Buffer, ...expected: string[]): Promise<void> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const reference = await readReferencePicture(...expected);
  expect(info).toMatchObject({ width: reference.width, height: reference.height, channels: 3 });
  const differences = reference.data.map((value, at) => Math.abs(value - data[at]!));
  expect(differences.reduce((most, value) => Math.max(most, value), 0)).toBeLessThanOrEqual(1);
  expect(differences.filter((value) => value > 0).length).toBeLessThan(differences.length / 200);
}

describe('a tool', () => {
  it.each(cases)('gives the pictures of the reference: $name', async (reference) => {
    const { tool, files, inputs } = callOf(reference);
    const given = Object.entries(files).map(([name, file]) => [name, uploads.get(file)]);
    const { images } = await execute(tool, { ...inputs, ...Object.fromEntries(given) });
    expect(images).toHaveLength(reference.images.length);
    for (const [i, image] of (images as OutputFile[]).entries()) {
      const expected = ['goldens/pipelines', reference.name, reference.images[i]!];
      await expectPicture(await download(image), ...expected);
    }
  });

  it('leaves out only runs that it has no inputs for', () => {
    const known = Object.keys(beyondTools).filter((name) => hasReference('goldens/pipelines', name));
    expect(cases.length + known.length).toBe(referenceCases().length);
  });

  it.each([
    ['rrdbnet-x4', 'rrdbnet-x4'],
    ['srvgg-x4', 'srvgg-x4'],
    // The same weights in a graph of one size, so that the picture goes through it in tiles.
    ['rrdbnet-x4-fixed32', 'rrdbnet-x4'],
  ])('makes a picture larger as the reference does: %s', async (model, expected) => {
    const inputs = { image: uploads.get('upscalers/input.png'), scale: 4, model };
    const { image } = await execute('upscale', inputs);
    await expectPicture(await download(image as OutputFile), 'goldens/upscalers', `${expected}.png`);
  });
});

describe('atelier run', () => {
  const named = ['sd-euler', 'sd-batch2', 'sdxl-img2img-05', 'sd-inpaint9-07', 'controlnet-07'];

  it.each(cases.filter(({ name }) => named.includes(name)))(
    'writes the pictures of the reference: $name',
    async (reference) => {
      const { tool, files, inputs } = callOf(reference);
      const out = path.join(folder, reference.name);
      const words = [
        ...Object.entries(inputs).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
        ...Object.entries(files).flatMap(([name, file]) => [
          '--file',
          `${name}=${referencePath('goldens', file)}`,
        ]),
      ];
      const { stdout, code } = await atelier(['run', tool, ...words, '--out', out, '--json'], server);
      expect(code).toBe(0);
      const { status, outputs } = JSON.parse(lastLine(stdout)) as {
        status: string;
        outputs: { images: { path: string }[] };
      };
      expect(status).toBe('completed');
      expect(outputs.images).toHaveLength(reference.images.length);
      for (const [i, image] of outputs.images.entries()) {
        const expected = ['goldens/pipelines', reference.name, reference.images[i]!];
        await expectPicture(await readFile(image.path), ...expected);
      }
    },
  );
});
