import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { defineNode, port, type Json, type PipelineDocument } from '@atelier/sdk';
import { documentOf, pluginOf } from '../../../test/conformance/nodes.js';
import { Catalogue } from '../../engine/catalogue.js';
import { flatten } from '../../engine/flatten.js';
import type { Graph } from '../../engine/graph.js';
import { checkInputs } from '../../engine/inputs.js';
import { parsePipeline } from '../../engine/pipeline.js';
import { chooseGraphModels, chooseInputModels } from './model-choices.js';
import { Models } from './models.service.js';

const paint = defineNode({
  type: 'test.paint',
  version: 1,
  title: 'Paint',
  inputs: {
    model: port.model({ families: ['sd', 'sdxl'], capabilities: ['text-to-image'], default: 'auto' }),
    control: port.optional(port.model({ capabilities: ['control'] })),
    more: port.optional(port.list(port.model())),
  },
  outputs: { image: port.image() },
  needs: { device: 'gpu', models: ['model'] },
  run: (): never => {
    throw new Error('It is never run here.');
  },
});

/** As `text_to_image` is: its model may be left out. */
const tool = documentOf({
  id: 'tool',
  inputs: {
    model: {
      type: 'model',
      families: ['sd', 'sdxl'],
      capabilities: ['text-to-image'],
      default: 'auto',
    },
    control: { type: 'model', capabilities: ['control'], optional: true },
  },
  nodes: { paint: { use: 'test.paint', with: { model: { input: 'model' }, control: { input: 'control' } } } },
  outputs: { image: { from: 'paint.image' } },
});

const outer = documentOf({
  id: 'outer',
  nodes: { use: { use: 'tool' } },
  outputs: { image: { from: 'use.image' } },
});

const catalogue = new Catalogue([pluginOf([paint])], [tool]);

describe('the model of a job', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'atelier-home-'));
    await install('old-sd', { family: 'sd', capabilities: ['text-to-image'] });
    await install('good-xl', { family: 'sdxl', capabilities: ['text-to-image'], priority: 5 });
    await install('fills-masks', { family: 'sd', capabilities: ['inpaint'], priority: 9 });
    await install('enlarges', { family: 'upscaler', capabilities: ['upscale'], priority: 9 });
  });
  afterEach(() => rm(home, { recursive: true }));

  const install = async (id: string, facts: object): Promise<void> => {
    const folder = path.join(home, 'models', id);
    await mkdir(folder, { recursive: true });
    const manifest = { id, name: id, version: '1', files: [{ path: 'x' }], memory: { weights: 1 }, ...facts };
    await writeFile(path.join(folder, 'model.json'), JSON.stringify(manifest));
  };

  async function prepared(
    document: PipelineDocument,
    given: Record<string, Json> = {},
    defaultModel = '',
  ): Promise<{ inputs: Record<string, Json>; graph: Graph }> {
    const models = new Models({ home, models: [], starterModels: false, defaultModel });
    await models.refresh();
    const parsed = parsePipeline(document, catalogue);
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    const checked = checkInputs(parsed.pipeline, given);
    if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
    const inputs = chooseInputModels(parsed.pipeline, checked.values, models);
    const { graph } = flatten(parsed.pipeline, inputs, () => 1n);
    return { inputs, graph: chooseGraphModels(graph, catalogue, models) };
  }

  const value = (json: Json) => ({ kind: 'value', value: json });

  it('that is left out is the one with the highest priority that fits, and the inputs tell it', async () => {
    const { inputs, graph } = await prepared(tool);
    expect(inputs).toEqual({ model: 'good-xl' });
    expect(graph.nodes.paint?.inputs).toEqual({ model: value('good-xl') });
  });

  it('is the configured one where that fits, and another where it does not', async () => {
    expect((await prepared(tool, {}, 'old-sd')).inputs).toEqual({ model: 'old-sd' });
    expect((await prepared(tool, {}, 'enlarges')).inputs).toEqual({ model: 'good-xl' });
  });

  it('is the one that is named', async () => {
    expect((await prepared(tool, { model: 'old-sd' })).inputs).toEqual({ model: 'old-sd' });
    expect((await prepared(tool, { model: 'auto' })).inputs).toEqual({ model: 'good-xl' });
  });

  it('is chosen for a tool that another pipeline uses, and for a node that is given none', async () => {
    const { graph } = await prepared(outer);
    expect(graph.nodes['use/paint']?.inputs.model).toEqual(value('good-xl'));
    const bare = documentOf({
      nodes: { paint: { use: 'test.paint', with: { more: ['auto', 'old-sd'] } } },
      outputs: { image: { from: 'paint.image' } },
    });
    expect((await prepared(bare)).graph.nodes.paint?.inputs).toEqual({
      model: value('good-xl'),
      more: value(['enlarges', 'old-sd']),
    });
  });

  it('is chosen in the body of a loop', async () => {
    const looping = documentOf({
      nodes: { paint: { use: 'test.paint', forEach: { of: [1, 2], as: 'turn' } } },
      outputs: { images: { from: 'paint.image' } },
    });
    const { graph } = await prepared(looping);
    expect(Object.values(graph.loops)[0]?.body.nodes).toMatchObject({
      paint: { inputs: { model: value('good-xl') } },
    });
  });

  it('is missed with what to do when none fits or the name is unknown', async () => {
    await expect(prepared(tool, { control: 'auto' })).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringMatching(/^No model for control is installed; add one with “atelier models add/),
    });
    await expect(prepared(tool, { model: 'god-xl' })).rejects.toMatchObject({
      code: 'model-missing',
      message: 'The model god-xl is not installed; did you mean “good-xl”?',
    });
  });

  it('is refused when it is of another family, or cannot do what is asked', async () => {
    await expect(prepared(tool, { model: 'enlarges' })).rejects.toMatchObject({
      code: 'invalid-input',
      details: {
        problems: [
          {
            pointer: '/model',
            message:
              'The model enlarges is of the family upscaler for upscale; choose one of the family sd or sdxl for text-to-image.',
          },
        ],
      },
    });
    await expect(prepared(tool, { model: 'fills-masks' })).rejects.toMatchObject({ code: 'invalid-input' });
    const written = documentOf({
      nodes: { paint: { use: 'test.paint', with: { model: 'enlarges' } } },
      outputs: { image: { from: 'paint.image' } },
    });
    await expect(prepared(written)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/^paint\.model: /),
    });
  });
});

describe('Models', () => {
  it('know what was on disk when they were asked to look, though they were looking already', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'atelier-home-'));
    const models = new Models({ home, models: [], starterModels: false, defaultModel: '' });
    const heard: number[] = [];
    models.onChange((installed) => heard.push(installed.length));
    const first = models.refresh();
    const folder = path.join(home, 'models/late');
    await mkdir(folder, { recursive: true });
    const manifest = {
      id: 'late',
      name: 'Late',
      version: '1',
      family: 'sd',
      folder: '/private/place',
      files: [{ path: 'x', bytes: 5 }],
      memory: { weights: 1 },
    };
    await writeFile(path.join(folder, 'model.json'), JSON.stringify(manifest));
    await Promise.all([models.refresh(), models.refresh(), models.refresh()]);
    await first;
    expect(models.get('late')).toMatchObject({ family: 'sd', bytes: 5, priority: 0 });
    expect(JSON.stringify(models.list())).not.toContain('/private');
    expect(heard).toEqual([1]);
    await rm(home, { recursive: true });
  });
});
