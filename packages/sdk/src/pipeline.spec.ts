import { pipelineSchema } from './pipeline.js';

const poster = {
  $schema: '../packages/sdk/pipeline.schema.json',
  id: 'portrait_poster',
  version: '1.0.0',
  title: 'Portrait poster',
  tool: { category: 'design', credits: 12, description: 'A poster' },
  inputs: { prompt: { type: 'string', minLength: 1 }, seed: { type: 'integer', default: -1 } },
  nodes: {
    paint: {
      use: 'text_to_image',
      with: { prompt: { input: 'prompt' }, seed: { input: 'seed' } },
    },
    big: {
      use: 'upscale.model@1',
      with: { image: { from: 'paint.image' }, scale: 2 },
      when: { not: { equals: [{ input: 'prompt' }, 'small'] } },
      forEach: { of: { from: 'paint.images' } },
      retry: { attempts: 2 },
      onError: 'continue',
    },
  },
  outputs: { image: { first: [{ from: 'big.image' }, { from: 'paint.image' }] } },
};

describe('a pipeline document', () => {
  it('is read with its defaults filled in', () => {
    const { nodes } = pipelineSchema.parse(poster);
    expect(nodes.paint).toEqual({ ...poster.nodes.paint, onError: 'fail' });
    expect(nodes.big).toMatchObject({ forEach: { as: 'item' }, retry: { attempts: 2, delayMs: 0 } });
    expect(pipelineSchema.parse({ ...poster, inputs: undefined }).inputs).toEqual({});
  });

  it.each<[string, object, (string | number)[]]>([
    ['an id with capitals', { id: 'Poster' }, ['id']],
    ['a version that is none', { version: '1.0' }, ['version']],
    ['no title', { title: '' }, ['title']],
    ['an unknown property', { colour: 1 }, []],
    ['no outputs', { outputs: {} }, ['outputs']],
    ['a node with an unknown property', { nodes: { a: { use: 'x', with_: {} } } }, ['nodes', 'a']],
    ['a node name with a dot', { nodes: { 'a.b': { use: 'x' } } }, ['nodes', 'a.b']],
    [
      'too many attempts',
      { nodes: { a: { use: 'x', retry: { attempts: 11 } } } },
      ['nodes', 'a', 'retry', 'attempts'],
    ],
    [
      'an input that refuses its own default',
      { inputs: { a: { type: 'enum', values: ['x'], default: 'y' } } },
      ['inputs', 'a', 'default'],
    ],
    ['a price below zero', { tool: { ...poster.tool, credits: -1 } }, ['tool', 'credits']],
  ])('with %s is refused', (_, change, path) => {
    const issues = pipelineSchema.safeParse({ ...poster, ...change }).error!.issues;
    expect(issues.map((issue) => issue.path)).toEqual([path]);
  });

  it('that is nested without end is refused, not followed', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    const { error } = pipelineSchema.safeParse({ ...poster, nodes: { a: { use: 'x', with: { deep } } } });
    expect(error!.issues[0]).toMatchObject({ path: ['nodes', 'a', 'with', 'deep'] });
  });

  it('keeps an object that looks like a reference for the engine to judge', () => {
    const outputs = { image: { from: 5, with: 'more' } };
    expect(pipelineSchema.parse({ ...poster, outputs }).outputs).toEqual(outputs);
  });
});
