import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { referencePath } from '../reference/pack.js';
import { Fleet, node, type Course } from './fleet.js';

jest.setTimeout(60_000);

const plugin = `
import { OnnxError } from '@atelier/onnx';
import * as diffusion from '@atelier/diffusion';
import { defineNode, definePlugin, port } from '@atelier/sdk';

const run = defineNode({
  type: 'graphs.run', version: 1, title: 'Run',
  inputs: { model: port.model(), files: port.list(port.string()), length: port.integer() },
  outputs: { dims: port.json(), provider: port.string() },
  needs: { device: 'gpu', models: ['model'] },
  async run({ model, files: names, length }, ctx) {
    const session = await ctx.models.use(model, names.join(), async (files) => {
      const sessions = [];
      for (const name of names) sessions.push(await files.open(name, { workingMemory: 'returned' }));
      return { value: sessions[0], dispose: () => undefined };
    });
    const outputs = await session.run({ input_ids: { dims: [1, length], data: new Int32Array(length) } });
    return { dims: outputs.last_hidden_state.dims, provider: session.provider };
  },
});

const shared = defineNode({
  type: 'graphs.shared', version: 1, title: 'Shared', inputs: {}, outputs: { found: port.json() },
  run: () => ({ found: [typeof OnnxError, typeof diffusion] }),
});

export default definePlugin({ id: 'graphs', title: 'Graphs', version: '1.0.0', apiVersion: 1, nodes: [run, shared] });
`;

const encoder = 'text_encoder/model.onnx';

async function writeModel(folder: string): Promise<void> {
  const place = path.join(folder, 'models/tiny');
  await cp(referencePath('models/sd/text_encoder'), path.join(place, 'text_encoder'), { recursive: true });
  await writeFile(path.join(place, 'damaged.onnx'), 'This is no graph.');
  const files = [encoder, 'damaged.onnx'].map((name) => ({ path: name }));
  const manifest = { id: 'tiny', name: 'Tiny', version: '1', family: 'sd', files, memory: { weights: 1 } };
  await writeFile(path.join(place, 'model.json'), JSON.stringify(manifest));
}

describe('graphs that a plugin opens in a worker', () => {
  let fleet: Fleet;
  let plugins: string;

  beforeAll(async () => {
    plugins = await mkdtemp(path.join(tmpdir(), 'atelier-graphs-'));
    await mkdir(path.join(plugins, 'graphs'));
    await writeFile(path.join(plugins, 'graphs/index.ts'), plugin);
    const devices = [{ id: 'cpu:0', kind: 'cpu' as const, memoryMiB: 1000 }];
    fleet = await Fleet.start({ devices, prepare: writeModel, pluginFolders: [plugins] });
  });
  afterAll(async () => {
    await fleet.stop();
    await rm(plugins, { recursive: true });
  });

  const run = (
    inputs: { files?: string[]; length?: number } = {},
    evictions: string[] = [],
  ): Promise<Course> => {
    const given = { model: 'tiny', files: [encoder], length: 77, ...inputs };
    const nodes = [node('run', 'graphs.run', given)];
    return fleet.run(nodes, { deviceId: 'cpu:0', target: 'accelerator', models: ['tiny'], evictions });
  };
  const opened = (course: Course): unknown[] =>
    course.messages.filter((said) => said.kind === 'log' && said.message.startsWith('Opened'));

  it('run with the casts that they declare, and the log says where', async () => {
    const course = await run();
    expect(course.done('run')?.outputs).toEqual({
      dims: { kind: 'inline', value: [1, 77, 32] },
      provider: { kind: 'inline', value: 'cpu' },
    });
    expect(opened(course)).toMatchObject([
      {
        level: 'info',
        message: 'Opened text_encoder/model.onnx of the model tiny on cpu',
        fields: { model: 'tiny', file: encoder, provider: 'cpu', passedOver: [] },
      },
    ]);
    expect(course.messages.find((said) => said.kind === 'model-loaded')).toMatchObject({ modelId: 'tiny' });
  });

  it('stay open for the next segment until the model is evicted', async () => {
    await run();
    expect(opened(await run())).toEqual([]);
    const course = await run({}, ['tiny']);
    expect(opened(course)).toHaveLength(1);
    expect(course.done('run')).toBeDefined();
  });

  it('fail in a sentence when the file is damaged, and what was opened before it is not kept', async () => {
    const course = await run({ files: [encoder, 'damaged.onnx'] });
    expect(course.failed('run')?.failure).toMatchObject({
      code: 'model-invalid',
      message:
        'The node run failed: The file damaged.onnx of the model tiny cannot be used: ' +
        'The file of the model is no ONNX model, or it is cut off; fetch it again.',
      details: { model: 'tiny', file: 'damaged.onnx', reason: 'damaged', nodeId: 'run' },
    });
    expect(course.ended).toMatchObject({ reusable: true });
  });

  it('fail when they cannot run with what they are fed, and can be run again', async () => {
    const course = await run({ length: 99 });
    expect(course.failed('run')?.failure).toMatchObject({
      code: 'node-failed',
      details: { reason: 'failed' },
    });
    expect((await run()).done('run')).toBeDefined();
  });

  it('come with packages that are the host’s own, wherever the plugin lies', async () => {
    const course = await fleet.run([node('shared', 'graphs.shared')], { deviceId: 'cpu:0' });
    expect(course.done('shared')?.outputs.found).toEqual({ kind: 'inline', value: ['function', 'object'] });
  });
});
