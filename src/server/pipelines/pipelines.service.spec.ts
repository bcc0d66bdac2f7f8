import type { Json, PipelineDocument } from '@atelier/sdk';
import { Catalogue } from '../../engine/catalogue.js';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Tools } from '../tools/tools.service.js';
import { Pipelines } from './pipelines.service.js';
import { ShippedPipelines } from './shipped.js';

const seven = {
  id: 'seven',
  version: '1.0.0',
  title: 'Seven',
  tool: { category: 'test', credits: 7, description: 'Gives a seven' },
  inputs: {},
  nodes: {},
  outputs: { value: 7 },
} satisfies PipelineDocument;

function using(id: string, use: string, more: Record<string, Json> = {}): Record<string, Json> {
  return {
    id,
    version: '1.0.0',
    title: id,
    nodes: { inner: { use } },
    outputs: { value: { from: 'inner.value' } },
    ...more,
  };
}

const published = { tool: { category: 'test', credits: 1, description: 'Mine' } };

describe('pipelines of an account', () => {
  let home: TempHome;
  let pipelines: Pipelines;
  let tools: Tools;

  beforeEach(async () => {
    home = await TempHome.open();
    const shipped = new ShippedPipelines(new Map([[seven.id, seven]]), new Catalogue([], [seven]));
    pipelines = new Pipelines(home.database, shipped);
    tools = new Tools(pipelines);
  });
  afterEach(() => home.remove());

  test('are listed after the shipped ones, for their owner alone', async () => {
    await pipelines.create('user_a', using('mine', 'seven'));
    expect((await pipelines.list('user_a')).map(({ id, shipped }) => [id, shipped])).toEqual([
      ['seven', true],
      ['mine', false],
    ]);
    expect((await pipelines.list('user_b')).map(({ id }) => id)).toEqual(['seven']);
    await expect(pipelines.get('user_b', 'mine')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('may use one another', async () => {
    await pipelines.create('user_a', using('mine', 'seven'));
    await pipelines.create('user_a', using('more', 'mine'));
    expect((await pipelines.resolve('user_a', 'more')).size).toBe(0);
    expect(await pipelines.validate('user_b', using('more', 'mine'))).toMatchObject([
      { code: 'unknown-use', pointer: '/nodes/inner/use' },
    ]);
  });

  test('cannot take the id of a shipped one, nor one that is taken', async () => {
    await expect(pipelines.create('user_a', { ...seven })).rejects.toMatchObject({ code: 'conflict' });
    await pipelines.create('user_a', using('mine', 'seven'));
    await expect(pipelines.create('user_a', using('mine', 'seven'))).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(pipelines.create('user_b', using('mine', 'seven'))).resolves.toMatchObject({ id: 'mine' });
  });

  test('are replaced as a whole and keep their id', async () => {
    await pipelines.create('user_a', using('mine', 'seven'));
    const updated = await pipelines.update('user_a', 'mine', { ...using('mine', 'seven'), version: '1.1.0' });
    expect(updated).toMatchObject({ id: 'mine', version: '1.1.0' });
    await expect(pipelines.update('user_a', 'mine', using('other', 'seven'))).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await expect(pipelines.update('user_a', 'none', using('none', 'seven'))).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('are refused with everything that is wrong with them', async () => {
    const wrong = { ...using('mine', 'sevn'), outputs: { value: { from: 'outer.value' } } };
    await expect(pipelines.create('user_a', wrong)).rejects.toMatchObject({
      code: 'invalid-pipeline',
      details: { problems: [{ code: 'unknown-use' }, { code: 'unknown-node' }] },
    });
  });

  test('that are published are tools, which cost at least what they use', async () => {
    await pipelines.create('user_a', using('mine', 'seven', published));
    expect((await tools.list('user_a')).map(({ id, credits }) => [id, credits])).toEqual([
      ['seven', 7],
      ['mine', 7],
    ]);
    await expect(tools.get('user_b', 'mine')).rejects.toMatchObject({
      code: 'not-found',
      details: { kind: 'tool' },
    });
  });

  test('that use one that has gone are not offered as tools until that is mended', async () => {
    await pipelines.create('user_a', using('base', 'seven'));
    await pipelines.create('user_a', using('mine', 'base', published));
    await pipelines.delete('user_a', 'base');
    expect((await tools.list('user_a')).map(({ id }) => id)).toEqual(['seven']);
    await expect(pipelines.resolve('user_a', 'mine')).rejects.toMatchObject({ code: 'invalid-pipeline' });
  });

  test('of the shipped kind cannot be deleted', async () => {
    await expect(pipelines.delete('user_a', 'seven')).rejects.toMatchObject({ code: 'conflict' });
    await expect(pipelines.delete('user_a', 'none')).rejects.toMatchObject({ code: 'not-found' });
  });
});
