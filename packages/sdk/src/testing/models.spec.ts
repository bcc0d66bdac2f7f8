import { referencePath } from '../../../../test/reference/pack.js';
import { FolderModels } from './models.js';

describe('the models of a test', () => {
  let models: FolderModels;

  beforeEach(() => {
    models = new FolderModels({ tiny: { family: 'sd', folder: referencePath('models/sd') } });
  });
  afterEach(() => models.dispose());

  it('open their graphs as a worker does, and release them at the end', async () => {
    const session = await models.use(models.ref('tiny'), 'encoder', async (files) => {
      const value = await files.open('text_encoder/model.onnx');
      return { value, dispose: () => undefined };
    });
    const feeds = { input_ids: { dims: [1, 77], data: new Int32Array(77) } };
    expect((await session.run(feeds))['last_hidden_state']?.dims).toEqual([1, 77, 32]);
    expect(session.provider).toBe('cpu');
    await models.dispose();
    await expect(session.run(feeds)).rejects.toThrow('given back');
  });

  it('say what is wrong with a file that is no graph', async () => {
    const opening = models.use(models.ref('tiny'), 'index', async (files) => {
      return { value: await files.open('model_index.json'), dispose: () => undefined };
    });
    await expect(opening).rejects.toMatchObject({ reason: 'damaged' });
  });
});
