import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { call, upload } from '../harness/api.js';
import { untilEnded, type JobAnswer } from '../harness/jobs.js';
import { startServer, type TestServer } from '../harness/server.js';
import { atelier } from '../journeys/terminal.js';
import { referencePath } from '../reference/pack.js';

interface Refusal {
  error: { code: string; message: string };
}

describe('models of a running server', () => {
  let server: TestServer;
  let folder: string;
  let picture: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-models-'));
    for (const name of ['rrdbnet-x4', 'srvgg-x4'])
      await cp(referencePath('models', name), path.join(folder, name), { recursive: true });
    await cp(referencePath('models/sd'), path.join(folder, 'sd'), { recursive: true });
    server = await startServer({
      env: { ATELIER_STARTER_MODELS: 'off', ATELIER_DEFAULT_MODEL: 'preferred' },
    });
    const file = await readFile(referencePath('goldens/inputs/image-48x32-6.png'));
    picture = (await upload(server, file, 'picture.png')).body.file_id;
  }, 90_000);

  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const add = (name: string, ...more: string[]) =>
    atelier(['models', 'add', path.join(folder, name), ...more], { home: server.home });
  const submit = <Body>(inputs: object) =>
    call<Body>(server, 'POST', '/v1/jobs', {
      body: { pipeline: 'upscale', inputs: { image: picture, ...inputs } },
    });
  const upscaled = async (inputs: object = {}) => {
    const { status, body } = await submit<JobAnswer>(inputs);
    expect({ status, body }).toMatchObject({ status: 202 });
    return (await untilEnded(server, body.job_id)) as JobAnswer & { inputs: Record<string, unknown> };
  };

  it('may be used as soon as they have been added, and are missed once they are removed', async () => {
    expect((await submit<Refusal>({})).body.error.message).toMatch(
      /^No model of the family upscaler is installed; add one with “atelier models add/,
    );
    await add('rrdbnet-x4');
    await add('sd');
    expect(await upscaled()).toMatchObject({ status: 'completed', inputs: { model: 'rrdbnet-x4' } });
    await add('srvgg-x4', '--id', 'preferred');
    expect(await upscaled()).toMatchObject({ status: 'completed', inputs: { model: 'preferred' } });
    await atelier(['models', 'remove', 'preferred'], { home: server.home });
    expect((await submit<Refusal>({ model: 'preferred' })).body.error.message).toContain('not installed');
    expect(await upscaled()).toMatchObject({ inputs: { model: 'rrdbnet-x4' } });
  });

  it('are refused by name when they are of the wrong kind or misspelt', async () => {
    expect((await submit<Refusal>({ model: 'sd' })).body.error.message).toMatch(
      /family sd for .*; choose one of/,
    );
    expect((await submit<Refusal>({ model: 'rrdbnet-4x' })).body.error.message).toContain('“rrdbnet-x4”');
  });

  it('are not loaded when a file is not what it was, and the worker goes on', async () => {
    await add('srvgg-x4', '--id', 'spoilt');
    const file = path.join(folder, 'srvgg-x4/model.onnx');
    const { size } = await stat(file);
    await writeFile(file, Buffer.alloc(size));
    const job = await upscaled({ model: 'spoilt', scale: 3 });
    expect(job).toMatchObject({
      status: 'failed',
      error: { message: expect.stringMatching(/The file model\.onnx of the model spoilt is damaged/) },
    });
    expect(JSON.stringify(job)).not.toContain(folder);
    expect(await upscaled({ scale: 3 })).toMatchObject({ status: 'completed' });
  });

  it('are loaded anew when they have been added again after a change', async () => {
    const contentOf = async ({ result }: JobAnswer): Promise<Buffer> => {
      const answer = await fetch(result!.url!);
      return sharp(Buffer.from(await answer.arrayBuffer()))
        .raw()
        .toBuffer();
    };
    const before = await contentOf(await upscaled({ scale: 2.5 }));
    await cp(referencePath('models/srvgg-x4/model.onnx'), path.join(folder, 'rrdbnet-x4/model.onnx'));
    expect(await contentOf(await upscaled({ scale: 2.5 }))).toEqual(before);
    await add('rrdbnet-x4');
    expect(await contentOf(await upscaled({ scale: 2.5 }))).not.toEqual(before);
  });
});
